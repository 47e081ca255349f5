// A handler that never ends meets the time limit.
// gcc: skip
// flags: --timeout=0.5
//= main
//! time limit
// status: 124
#include <stdio.h>
#include <stdlib.h>
static void loop(void) { for (;;) ; }
int main(void) { atexit(loop); puts("main"); fflush(stdout); return 0; }
