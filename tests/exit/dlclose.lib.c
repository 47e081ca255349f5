// The library of dlclose.c.
#include <stdio.h>
#include <stdlib.h>
static void handler(void) { puts("library handler"); }
__attribute__((destructor)) static void gone(void) { puts("library destructor"); }
void enter(void) { puts("library loaded"); atexit(handler); }
