// Control flow: switches, gotos, scopes that clean up, storage of variable size, second returns.
#include <alloca.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int dense(int x) {
    switch (x) { case 0: return 10; case 1: case 2: return 20; case 3: x = 7; case 4: return x + 1;
    case 5 ... 9: return 50; default: return -1; }
}
static const char *sparse(long x) {
    switch (x) { case -5000000000: return "far"; case 'a': return "a"; case 1000: return "k";
    case 1L << 40: return "T"; case 2000 ... 100000: return "range"; case -1: return "minus"; }
    return "none";
}
static int unsigned_switch(unsigned char c) {
    switch (c) { case 200 ... 255: return 1; case 0: return 2; case 'x': return 3; } return 0;
}
static int wide(unsigned long long x) {
    switch (x) { case 0xffffffffffffffffull: return 1; case 0x8000000000000000ull: return 2;
    case 0x100000000: return 3; case 0: return 4; case 1: return 5; case 2: return 6; case 3: return 7; }
    return 0;
}
static int into_loop(int n) {
    int sum = 0;
    switch (n % 4) { case 0: do { sum += 1; case 3: sum += 10; case 2: sum += 100; case 1: sum += 1000;
    } while ((n -= 4) > 0); }
    return sum;
}
static int interpret(const unsigned char *code) {
    static void *const labels[] = {&&add, &&sub, &&dup, &&stop};
    int stack[16], top = 0; stack[0] = 1;
    goto *labels[*code++];
add: stack[top] += 5; goto *labels[*code++];
sub: stack[top] -= 2; goto *labels[*code++];
dup: stack[top] *= 2; goto *labels[*code++];
stop: return stack[top];
}
// Operands that only some ways give a value, in an interpreter: as Lua's macros have them.
typedef struct { int kind; union { long i; double d; }; } number;
#define to_double(v, d_) ((v)->kind == 1 ? ((d_) = (v)->d, 1) : (v)->kind == 2 ? ((d_) = (double)(v)->i, 1) : 0)
static double machine(const unsigned char *code, const number *v) {
    static void *const labels[] = {&&add, &&mul, &&swap, &&stop};
    double sum = 0;
    goto *labels[*code++];
add: { double x, y;
    if (__builtin_expect((to_double(v, x) && to_double(v + 1, y)) != 0, 1)) sum += x + y; else sum -= 1; }
    goto *labels[*code++];
mul: { double x; double _Complex z; struct { int a; double b; } r;
    if (to_double(v, x) == 0) sum = -sum; else { z = x; r.a = 2; r.b = x; sum *= x * r.a - __real__ z + r.b; } }
    goto *labels[*code++];
swap: v++; goto *labels[*code++];
stop: return sum;
}
static int asked(int a, long b, const char *p, __int128 w, float f) {
    int r = 0;
    if ((a ? b : a) != 0) r |= 1;
    if ((a ? p : 0) == 0) r |= 2;
    if (!((a > 1 ? b != 0 : p != 0) != 0)) r |= 4;
    if ((a ? f : b) && (w != 0) != 0) r |= 8;
    if ((w == 0) == 0) r |= 16;
    if ((unsigned char)(b ? 256 : 1) != 0) r |= 32;
    while ((a ? a-- : 0) != 0) r += 64;
    return r + ((r ? b : a) != 0) * 1024;
}
static void say(int *p) { printf("<%d>", *p); }
static int cleanups(int how) {
    __attribute__((cleanup(say))) int a = 1;
    for (int i = 0; i < 3; i++) {
        __attribute__((cleanup(say))) int b = 10 + i;
        if (how == 1 && i == 1) break;
        if (how == 2 && i == 0) continue;
        if (how == 3 && i == 1) return a + b;
        if (how == 4 && i == 1) goto out;
    }
    a = 2;
out:
    return a;
}
static long sums(int n) {
    long total = 0;
    for (int i = 1; i <= n; i++) {
        int row[i], table[i][i + 1];
        for (int j = 0; j < i; j++) { row[j] = j; for (int k = 0; k <= i; k++) table[j][k] = j * k; }
        total += sizeof row + sizeof table + row[i - 1] + table[i - 1][i];
        if (i % 3 == 0) continue;
        char *p = alloca(i); memset(p, i, i); total += p[i - 1];
    }
    return total;
}
static int matrix(int n, int m, int a[n][m]) { int s = 0; for (int i = 0; i < n; i++) s += a[i][m - 1]; return s; }
static jmp_buf where;
static void thrower(int n) { if (n == 0) longjmp(where, 42); thrower(n - 1); }
static int second_return(int a, int b, int c, int d) {
    volatile int v = 1; int kept = a * 3; struct { int x, y; } pair = {b, c};
    int r = setjmp(where);
    if (r == 0) { v = 2; thrower(d); return -1; }
    return r + v + kept + pair.x + pair.y + a + b + c + d;
}
static int nested(int n) {
    __label__ done; int total = 0;
    int step(int k) { total += k; if (total > 100) goto done; return k < 2 ? k : step(k - 1) + step(k - 2); }
    int by(int (*f)(int), int k) { return f(k) + n; }
    int r = by(step, n);
    return r + total;
done:
    return 1000 + (total > 100);
}
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static void sort_by(int *v, int n, int sign) {
    int cmp(const void *a, const void *b) { return sign * compare(a, b); }
    qsort(v, n, sizeof *v, cmp);
}

int main(void) {
    for (int i = -1; i < 11; i++) printf("%d ", dense(i));
    long xs[] = {-5000000000, 'a', 1000, 1L << 40, 2000, 99999, 100001, -1, 0};
    for (int i = 0; i < 9; i++) printf("%s ", sparse(xs[i]));
    for (int i = 0; i < 256; i += 40) printf("%d ", unsigned_switch(i));
    printf("%d %d %d %d %d\n", wide(-1ull), wide(1ull << 63), wide(1ull << 32), wide(2), wide((1ull << 32) + 1));
    for (int i = 1; i < 10; i++) printf("%d ", into_loop(i));
    printf("%d\n", interpret((const unsigned char[]){0, 2, 1, 2, 0, 3}));
    number numbers[] = {{1, .d = 1.5}, {2, .i = 2}, {3}, {2, .i = -7}};
    printf("%g\n", machine((const unsigned char[]){0, 1, 2, 0, 1, 2, 1, 0, 2, 1, 3}, numbers));
    for (int i = 0; i < 32; i++)
        printf("%d ", asked(i & 1 ? i : 0, i & 2 ? 1L << 40 : 0, i & 4 ? "" : 0, i & 8 ? (__int128)1 << 100 : 0, i & 16 ? 0.5f : 0));
    for (int i = 0; i < 5; i++) printf("=%d\n", cleanups(i));
    int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
    printf("%ld %d\n", sums(20), matrix(2, 3, grid));
    printf("%d\n", second_return(1, 2, 3, 4));
    printf("%d %d\n", nested(5), nested(12));
    int v[] = {3, 1, 2}; sort_by(v, 3, -1);
    printf("%d%d%d %d\n", v[0], v[1], v[2], ({ int t = 0; for (int i = 0; i < 4; i++) t += i; t; }));
    for (int i = 0, j = 10; i < j; i++, j--) if (i == 3) { printf("%d %d\n", i, j); break; }
    unsigned u = 3; do { printf("%u", u); } while (u-- && u != 1); puts("");
    { int i = 5; while (({ i--; })) printf("%d", i); puts(""); }
    long big[600]; memset(big, 1, sizeof big); printf("%lx\n", big[599]);
}
