// What __builtin_setjmp comes back to owns nothing that was taken since.
//= 20000
#include <alloca.h>
#include <stdio.h>

static void *buffer[5];

__attribute__((noinline)) static void leave(int n) {
    char *p = alloca(20000);
    p[n % 20000] = 1;
    __builtin_longjmp(buffer, 1);
}

static int builtin_jumps(void) {
    volatile int n = 0;
    while (n < 20000) {
        if (__builtin_setjmp(buffer) == 0) leave(n);
        n++;
    }
    return n;
}

int main(void) { printf("%d\n", builtin_jumps()); }
