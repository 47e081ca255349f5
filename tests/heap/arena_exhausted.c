//! the arena of arena_alloc is used up: 1099511627776 bytes asked for
// status: 134
#include <tine/arena.h>

int main(void) {
    arena_alloc(100);
    arena_alloc(1ul << 40);
}
