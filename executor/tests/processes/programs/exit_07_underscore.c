// status: 5
// forked only
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void never(void) { puts("never"); }
int main(void) { atexit(never); printf("lost"); _exit(5); }
