// A shared library registers a pointer into our code; it runs while the code is still there.
// library: library_registers.lib.c
//= main
//= library's own
//= from the library: handler in the program
// status: 0
#include <stdio.h>
void keep_for_exit(void (*f)(void));
static void handler(void) { puts("from the library: handler in the program"); }
int main(void) { keep_for_exit(handler); puts("main"); }
