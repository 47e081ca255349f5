// A handler that registers a handler: the new one runs next, before older ones.
//= second
//= registered late
//= first
// status: 0
#include <stdio.h>
#include <stdlib.h>
static void first(void) { puts("first"); }
static void late(void) { puts("registered late"); }
static void second(void) { puts("second"); atexit(late); }
int main(void) { atexit(first); atexit(second); }
