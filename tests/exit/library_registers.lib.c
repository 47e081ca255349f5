// The library of library_registers.c.
#include <stdio.h>
#include <stdlib.h>
static void own(void) { puts("library's own"); }
void keep_for_exit(void (*f)(void)) { atexit(f); atexit(own); }
