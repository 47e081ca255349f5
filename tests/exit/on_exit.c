// on_exit handlers get the status and their argument, in one order with atexit's.
//= c
//= status 6, argument arg
//= a
// status: 6
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
static void a(void) { puts("a"); }
static void b(int status, void *arg) { printf("status %d, argument %s\n", status, (char *)arg); }
static void c(void) { puts("c"); }
int main(void) { atexit(a); on_exit(b, "arg"); atexit(c); exit(6); }
