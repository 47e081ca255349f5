// Destructors run after the atexit handlers, in reverse order of priority.
//= ctor 101
//= ctor 102
//= ctor
//= main
//= handler
//= dtor
//= dtor 102
//= dtor 101
// status: 2
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void c(void) { puts("ctor"); }
__attribute__((constructor(102))) static void c102(void) { puts("ctor 102"); }
__attribute__((constructor(101))) static void c101(void) { puts("ctor 101"); }
__attribute__((destructor)) static void d(void) { puts("dtor"); }
__attribute__((destructor(102))) static void d102(void) { puts("dtor 102"); }
__attribute__((destructor(101))) static void d101(void) { puts("dtor 101"); }
static void handler(void) { puts("handler"); }
int main(void) { atexit(handler); puts("main"); return 2; }
