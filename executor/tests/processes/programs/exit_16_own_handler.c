// status: 33
// | mine 11
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static void mine(int signal) { printf("mine %d\n", signal); exit(33); }
int main(void) { signal(SIGSEGV, mine); *(volatile int *)16 = 1; return 0; }
