/* a comment first */
#include <limits.h>
size_t length(const char *s) { return strlen(s); }
uint32_t small = UINT32_MAX;
FILE *out;
bool ready = INT_MAX > 3;
