// _exit runs nothing and flushes nothing.
//= written
// status: 8
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void never(void) { puts("handler"); }
int main(void) { atexit(never); printf("unflushed"); if (write(1, "written\n", 8) < 0) return 1; _exit(8); }
