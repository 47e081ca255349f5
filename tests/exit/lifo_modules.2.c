// The second module of lifo_modules.c.
#include <stdio.h>
#include <stdlib.h>
void two(void) { puts("two"); }
void four(void) { puts("four"); }
void register_in_other(void (*f)(void)) { atexit(f); }
