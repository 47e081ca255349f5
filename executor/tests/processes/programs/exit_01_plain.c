// status: 3
// | main: program one two
// | bye
// | unflushed
#include <stdio.h>
#include <stdlib.h>
static void bye(void) { puts("bye"); printf("unflushed\n"); }
int main(int argc, char **argv) {
    atexit(bye);
    printf("main: %s %s %s\n", argv[0], argv[1], argv[argc - 1]);
    return 3;
}
