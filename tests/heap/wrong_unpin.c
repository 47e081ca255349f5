//! gc_unpin of 0x
// status: 134
#include <tine/heap.h>

int main(void) {
    int *p = gc_new(int); gc_unpin(p);
}
