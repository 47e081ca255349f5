// exit() inside a handler: the remaining handlers run, its status is the program's.
//= second
//= first
// status: 3
#include <stdio.h>
#include <stdlib.h>
static void first(void) { puts("first"); }
static void second(void) { puts("second"); exit(3); }
int main(void) { atexit(first); atexit(second); exit(9); }
