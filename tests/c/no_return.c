/* What stands behind a call that does not return. */
#include <stdio.h>
#include <stdlib.h>

static int leave(int status) __attribute__((noreturn));
static int leave(int status) { exit(status); }

static int after(int status) {
    int i = leave(status);
    return i + 1;
}

static int both(int status) {
    int i, j;
    i = j = leave(status) + leave(status + 1);
    return i + j;
}

int main(int argc, char **argv) {
    puts("out");
    return argc > 5 ? both(argc) : after(argc + 2) + argv[0][0];
}
