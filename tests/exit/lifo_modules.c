// Handlers registered by two modules run in one last-in-first-out order.
// also: lifo_modules.2.c
//= four
//= three
//= two
//= one
// status: 0
#include <stdio.h>
#include <stdlib.h>
void register_in_other(void (*)(void));
static void one(void) { puts("one"); }
static void three(void) { puts("three"); }
void two(void), four(void);
int main(void) { atexit(one); register_in_other(two); atexit(three); register_in_other(four); }
