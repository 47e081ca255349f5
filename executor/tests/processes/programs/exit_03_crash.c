// status: 7
// crashes: 2
// | before
// | after
#include <stdio.h>
#include <stdlib.h>
static void after(void) { puts("after"); }
static void crash(void) { *(volatile int *)16 = 1; puts("not reached"); }
static void trap(void) { __builtin_trap(); }
static void before(void) { puts("before"); }
int main(void) {
    atexit(after);
    atexit(crash);
    atexit(trap);
    atexit(before);
    exit(7);
}
