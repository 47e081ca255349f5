// signal: 6
// | kept
#include <stdio.h>
#include <stdlib.h>
static void never(void) { puts("never"); }
int main(void) { atexit(never); puts("kept"); fflush(stdout); abort(); }
