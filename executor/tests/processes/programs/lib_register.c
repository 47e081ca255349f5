#include <stdio.h>
#include <stdlib.h>
static void own(void) { puts("library's own"); }
void register_for_me(void (*f)(void)) { atexit(f); atexit(own); }
__attribute__((destructor)) static void gone(void) { puts("library destructor"); }
