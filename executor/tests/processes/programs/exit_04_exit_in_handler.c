// status: 9
// | second
// | first
#include <stdio.h>
#include <stdlib.h>
static void first(void) { puts("first"); }
static void second(void) { puts("second"); exit(9); }
int main(void) {
    atexit(first);
    atexit(second);
    exit(3);
}
