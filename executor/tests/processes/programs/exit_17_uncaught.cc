// signal: 6
// | thrown
#include <cstdio>
static void never() { puts("never"); }
int main() {
    __builtin_printf("thrown\n");
    fflush(stdout);
    (void)never;
    throw 5;
}
