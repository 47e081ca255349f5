// A program with a main of its own: statements run before it, as a script's do.
#include <stdio.h>
int n_calls = 0;
int main(int argc, char **argv) {
    // A comment inside.
    return printf("out: main %d %d\n", argc, n_calls) < 0;
}
n_calls++;
/* What runs first. */
printf("out: first\n");
if (n_calls)
    printf("out: a \
long line\n");
:run
