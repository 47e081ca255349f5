// A size that was negative.
//! the stack of alloca and variable-length arrays is used up: 18446744073709551615 bytes asked for
// status: 134
#include <stdlib.h>

static int sum(int n) {
    char v[n];
    v[0] = 1;
    return v[0];
}

int main(int argc, char **argv) { return sum(argc > 99 ? 1 : -1); }
