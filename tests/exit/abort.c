// abort runs no handler and ends with SIGABRT.
//= written
// status: 134
//! SIGABRT
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void never(void) { puts("handler"); }
int main(void) { atexit(never); printf("unflushed"); if (write(1, "written\n", 8) < 0) return 1; abort(); }
