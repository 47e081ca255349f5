// Death by signal: no handlers, status 128+n, and a report that names the function.
//= before
// status: 139
//! SIGSEGV
//! fall
#include <stdio.h>
#include <stdlib.h>
static void never(void) { puts("handler"); }
__attribute__((noinline)) void fall(int *p) { *p = 1; }
int main(void) { atexit(never); puts("before"); fflush(stdout); fall((int *)16); }
