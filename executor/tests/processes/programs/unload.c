#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static void first(void) { puts("first"); }
static void crash(void) { *(volatile int *)16 = 1; }
static void second(void) { puts("second"); }
static void never(void) { puts("never"); }
__attribute__((destructor)) static void last(void) { puts("destructor"); fflush(stdout); }
void register_handlers(void) {
    atexit(first);
    atexit(crash);
    atexit(second);
    at_quick_exit(never);
    pthread_atfork(never, never, never);
}
