// status: 0
// | third
// | registered by third
// | second
// | first
// | destructor
#include <stdio.h>
#include <stdlib.h>
static void nested(void) { puts("registered by third"); }
static void first(void) { puts("first"); }
static void second(void) { puts("second"); }
static void third(void) { puts("third"); atexit(nested); }
__attribute__((destructor)) static void last(void) { puts("destructor"); }
int main(void) {
    atexit(first);
    atexit(second);
    atexit(third);
    exit(0);
}
