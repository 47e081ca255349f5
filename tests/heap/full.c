//! the managed heap is full
// status: 134
#include <tine/heap.h>

int main(void) {
    static char *all[100]; for (int i = 0; i < 100; i++) all[i] = gc_array(char, 1l << 30);
}
