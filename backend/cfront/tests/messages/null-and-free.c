#include <stdlib.h>
void wants(char *text, int n) __attribute__((nonnull(1)));
void memory(char *p) {
    char buffer[8];
    *(int *)0 = 1;
    *(volatile int *)0 = 1;
    wants(0, 3);
    free(buffer);
    free("text");
    free(p);
}
