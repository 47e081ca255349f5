// quick_exit runs the at_quick_exit handlers only, and does not flush.
//= quick two
//= quick one
// status: 4
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void say(const char *s) { while (*s) if (write(1, s++, 1) < 0) return; }
static void one(void) { say("quick one\n"); }
static void two(void) { say("quick two\n"); }
static void never(void) { say("atexit handler ran\n"); }
int main(void) { at_quick_exit(one); at_quick_exit(two); atexit(never); printf("unflushed"); quick_exit(4); }
