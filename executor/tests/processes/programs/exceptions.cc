#include <cstdio>
#include <execinfo.h>
#include <pthread.h>
struct object { ~object() { puts("object destroyed"); } };
__attribute__((noinline)) static void thrower(int n) { if (n == 0) throw 42; thrower(n - 1); asm volatile(""); }
__attribute__((noinline)) static int depth() { void *frames[32]; int n = backtrace(frames, 32); asm volatile(""); return n; }
static void *work(void *) {
    try { throw 7L; } catch (long value) { printf("thread caught %ld\n", value); }
    return 0;
}
int main() {
    static object o;
    try { thrower(5); } catch (int value) { printf("caught %d\n", value); }
    printf("frames %s\n", depth() >= 2 ? "yes" : "no");
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    return 0;
}
