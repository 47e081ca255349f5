//! gc_array of 9223372036854775807 elements of 8 bytes
// status: 134
#include <tine/heap.h>

int main(void) {
    gc_array(long, 9223372036854775807);
}
