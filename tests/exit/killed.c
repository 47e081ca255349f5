// A signal the program sends itself ends it as it would end any program.
//= before
// status: 143
#include <signal.h>
#include <stdio.h>
int main(void) { puts("before"); fflush(stdout); raise(SIGTERM); }
