// alloca and variable-length arrays: nested, across longjmp, in loops, in threads, in callbacks
// of the library, of every size and alignment.
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf back;

static void fill(unsigned char *p, size_t n, int with) { memset(p, with, n); }

static int holds(const unsigned char *p, size_t n, int what) {
    for (size_t i = 0; i < n; i++)
        if (p[i] != (unsigned char)what) return 0;
    return 1;
}

// Takes, goes deeper, and leaves by longjmp: nobody gives back.
static void dive(int depth) {
    unsigned char *p = alloca(3000);
    unsigned char v[depth * 17 + 1];
    fill(p, 3000, depth);
    fill(v, sizeof v, depth + 1);
    if (!depth) longjmp(back, 7);
    dive(depth - 1);
    if (!holds(p, 3000, depth) || !holds(v, sizeof v, depth + 1)) puts("lost");
}

// 20,000 times 60 KiB that only the second return of setjmp gives back.
static int jumps(void) {
    volatile int n = 0;
    unsigned char *mine = alloca(100);
    fill(mine, 100, 42);
    for (volatile int i = 0; i < 20000; i++)
        if (setjmp(back) == 7) n++;
        else dive(20);
    return holds(mine, 100, 42) ? n : -1;
}

static int recursive(int n) {
    int v[n + 1];
    for (int i = 0; i <= n; i++) v[i] = n;
    int below = n ? recursive(n - 1) : 0;
    for (int i = 0; i <= n; i++)
        if (v[i] != n) return -1000000;
    return below + v[n];
}

static int scopes(void) {
    int sum = 0;
    for (int i = 1; i < 2000; i++) {
        char a[i * 31];
        a[i] = (char)i;
        {
            long b[i];
            b[i - 1] = i;
            if (i % 7 == 0) continue;
            sum += (int)b[i - 1];
        }
        if (a[i] != (char)i) return -1;
        if (i == 1990) goto out;
    }
out:
    return sum;
}

static int aligned(void) {
    int bad = 0;
    for (int i = 0; i < 100; i++) {
        char *a = alloca(i), *b = alloca(i + 1);
        bad += (uintptr_t)a % 16 != 0 || (uintptr_t)b % 16 != 0;
        char *c = __builtin_alloca_with_align(i + 1, 8 * 256);
        bad += (uintptr_t)c % 256 != 0;
        memset(c, 1, i + 1);
    }
    return bad;
}

static int compare(const void *a, const void *b) {
    int n = *(const int *)a - *(const int *)b;
    int v[abs(n) % 50 + 1];
    v[abs(n) % 50] = n;
    return v[abs(n) % 50];
}

// More at once than what is kept, up and down.
__attribute__((noinline)) static long one(size_t n) {
    char *p = alloca(n);
    p[0] = 1, p[n - 1] = 2;
    return p[0] + p[n - 1];
}

static long large(void) {
    long sum = 0;
    for (int i = 0; i < 60; i++) {
        sum += one((size_t)(i % 6 + 1) * 800000);
        if (i % 10 == 9) sum += recursive(30);
    }
    return sum;
}

static void *thread(void *n) {
    long sum = 0;
    for (int i = 0; i < 50; i++) {
        long v[i * 100 + 1];
        v[i * 100] = i;
        sum += v[i * 100];
        sum += recursive(20) + scopes() % 3;
    }
    return (void *)(sum + (long)n);
}

int main(void) {
    printf("%d\n", jumps());
    printf("%d %d %d\n", recursive(1000), scopes(), aligned());
    int v[1000];
    for (int i = 0; i < 1000; i++) v[i] = (i * 7919) % 1000;
    qsort(v, 1000, sizeof *v, compare);
    for (int i = 0; i < 1000; i++)
        if (v[i] != i) puts("unsorted");
    printf("%ld\n", large());
    for (long i = 0; i < 40; i++) {
        pthread_t t[4];
        void *r;
        long sum = 0;
        for (long k = 0; k < 4; k++) pthread_create(&t[k], 0, thread, (void *)(i * k));
        for (int k = 0; k < 4; k++) {
            pthread_join(t[k], &r);
            sum += (long)r;
        }
        if (i % 13 == 0) printf("%ld\n", sum);
    }
}
