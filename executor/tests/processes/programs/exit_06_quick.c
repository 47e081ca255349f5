// status: 6
// | quick second
// | quick first
#include <stdio.h>
#include <stdlib.h>
static void never(void) { puts("never"); fflush(stdout); }
static void first(void) { puts("quick first"); fflush(stdout); }
static void second(void) { puts("quick second"); fflush(stdout); }
int main(void) {
    atexit(never);
    at_quick_exit(first);
    at_quick_exit(second);
    quick_exit(6);
}
