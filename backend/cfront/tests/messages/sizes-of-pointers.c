#include <string.h>
void sizes(struct point { long x, y, z; } *p, char *text) {
    char whole[16];
    memset(p, 0, sizeof p);
    memset(p, sizeof *p, 0);
    strncpy(whole, text, sizeof text);
    memset(whole, 0, sizeof whole);
}
