// signal: 15
// forked only
#include <signal.h>
#include <stdio.h>
int main(void) { printf("lost"); raise(SIGTERM); return 0; }
