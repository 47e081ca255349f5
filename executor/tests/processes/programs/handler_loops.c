#include <stdlib.h>
static void loop(void) { for (;;) { __asm__ volatile(""); } }
int main(void) { atexit(loop); return 0; }
