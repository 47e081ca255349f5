// What main leaves in stdio's buffers is written.
//= no newline at the end, still written
// status: 42
#include <stdio.h>
int main(void) { printf("no newline at the end, still written\n"); return 42; }
