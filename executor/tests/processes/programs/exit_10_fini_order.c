// status: 0
// | early
// | late
// | handler
// | late gone
// | early gone
#include <stdio.h>
#include <stdlib.h>
static void handler(void) { puts("handler"); }
__attribute__((constructor(101))) static void early(void) { puts("early"); }
__attribute__((constructor(102))) static void late(void) { puts("late"); atexit(handler); }
__attribute__((destructor(101))) static void early_gone(void) { puts("early gone"); }
__attribute__((destructor(102))) static void late_gone(void) { puts("late gone"); }
int main(void) { return 0; }
