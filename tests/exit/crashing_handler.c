// A handler that crashes is reported; the others still run, the status is the program's.
// gcc: differs
//= third
//= first
//! SIGSEGV
//! bad_handler
// status: 5
#include <stdio.h>
#include <stdlib.h>
static void first(void) { puts("first"); }
void bad_handler(void) { *(volatile int *)8 = 1; puts("not reached"); }
static void third(void) { puts("third"); }
int main(void) { atexit(first); atexit(bad_handler); atexit(third); return 5; }
