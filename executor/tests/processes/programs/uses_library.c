#include <stdio.h>
#include <stdlib.h>
void register_for_me(void (*)(void));
static void mine(void) { puts("through the library"); }
static void first(void) { puts("from main, first"); }
static void last(void) { puts("from main, last"); }
int main(void) {
    atexit(first);
    register_for_me(mine);
    atexit(last);
    puts("main");
    return 0;
}
