// A recursion that never ends on the side stack, and a size nobody meant: a message, not a fault.
//! the stack of alloca and variable-length arrays is used up: 1000000
// status: 134
#include <alloca.h>

static long recurse(long n) {
    char *p = alloca(1000000);
    p[0] = (char)n;
    return recurse(n + 1) + p[0];
}

int main(void) { return (int)recurse(1); }
