// A handler runs once, after main has returned.
//= main
//= handler
// status: 7
#include <stdio.h>
#include <stdlib.h>
static void handler(void) { puts("handler"); }
int main(void) { atexit(handler); puts("main"); return 7; }
