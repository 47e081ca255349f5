//! gc_pin of 0x
// status: 134
#include <tine/heap.h>

int main(void) {
    static int x; gc_pin(&x);
}
