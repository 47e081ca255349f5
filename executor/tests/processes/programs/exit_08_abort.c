// signal: 6
// forked only
// | kept
#include <stdio.h>
#include <stdlib.h>
static void never(void) { puts("never"); }
int main(void) { atexit(never); puts("kept"); fflush(stdout); abort(); }
