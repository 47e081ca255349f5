// Arithmetic, conversions, pointers, records and bit-fields.
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

long labs(long);
static volatile int zero = 0, minus = -7, seven = 7;
static volatile unsigned big = 4000000000u;
static volatile long long huge = LLONG_MIN + 1;
static volatile double pi = 3.14159;
static volatile float third = 1.0f / 3;

struct pair { int a; double b; };
struct wide { long v[5]; };
struct vec { double x, y, z; };
union number { int i; float f; unsigned char b[4]; };
struct bits { int a : 3; unsigned b : 5; int c : 17; unsigned long long d : 40; _Bool e : 1; int : 0; signed char f : 4; };
struct __attribute__((packed)) tight { char c; int i : 20; long l : 50; short s; };

static struct vec cross(struct vec a, struct vec b) {
    return (struct vec){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
static struct wide shifted(struct wide w, int by) { for (int i = 0; i < 5; i++) w.v[i] <<= by; return w; }
static struct pair swap(struct pair p) { struct pair q = {.a = (int)p.b, .b = p.a}; return q; }
static int chain(int a, int b, int c) { return a < b && b < c ? 1 : a > b || !c ? 2 : 3; }

static long *pass(long *p) { ++*p; return p; }
int main(void) {
    printf("%d %d %d %d\n", minus / 2, minus % 2, minus >> 1, (unsigned)minus >> 28);
    printf("%u %u %lld %d\n", big / 3, big % 1000, huge / -3, (int)big);
    printf("%d %d %d\n", (signed char)200, (unsigned short)-1, (_Bool)0.5);
    printf("%ld %lu %d %u\n", (long)-2.9, (unsigned long)1e19, (int)pi, (unsigned)3e9);
    printf("%g %g %.9g %g\n", (double)big, (float)huge, third, (double)ULLONG_MAX);
    printf("%d %d %d\n", minus < (int)big, minus < seven, (unsigned)minus < big);
    printf("%d %d %d %d\n", pi > 3, pi != pi, !(pi < third), -0.0 == 0.0);
    for (int a = 0; a < 3; a++) for (int b = 0; b < 3; b++) printf("%d", chain(a, b, seven - 5));
    printf("\n%d %d\n", INT_MAX + seven - 7, (char)(seven * 40));
    int values[10]; for (int i = 0; i < 10; i++) values[i] = i * i;
    int *p = values + 3, *q = &values[8];
    printf("%ld %d %d %d %d\n", q - p, p[2], *(q - 1), p[-3], *++p);
    struct vec *vs = (struct vec[]){{1, 2, 3}, {4, 5, 6}, {7, 8, 10}};
    printf("%ld %g\n", &vs[2] - vs, vs[seven - 6].y);
    struct vec c = cross(vs[0], vs[2]); c = cross(c, vs[1]);
    printf("%g %g %g\n", c.x, c.y, c.z);
    struct wide w = shifted((struct wide){{1, 2, 3, 4, 5}}, 4);
    struct pair s = swap((struct pair){3, 4.5}), t = seven ? s : (struct pair){0};
    printf("%ld %d %g %d\n", w.v[4], s.a, s.b, t.a);
    union number n = {.f = 1.0f}; n.b[3] ^= 0x80; printf("%x %g\n", n.i, n.f);
    struct bits b = {-3, 21, -50000, 0x123456789a, 1, -5}, b2 = b;
    b.a++; b.b += 20; b.c *= 2; b.d >>= 3; b.e = zero; b2.f--; b2.d |= 1ull << 39;
    printf("%d %u %d %llx %d %d %d %llx\n", b.a, b.b, b.c, (long long)b.d, b.e, b.f, b2.f, (long long)b2.d);
    printf("%d %d\n", (b.a = 7), (b.b = 99));
    struct tight g = {'c', -300000, 1L << 48, -2}; g.i -= 5; g.l++;
    printf("%c %d %ld %d %zu\n", g.c, g.i, (long)g.l, g.s, sizeof g);
    unsigned char byte = 250; byte += 10; short sh = -1; sh >>= 3; sh ^= 0x55;
    printf("%d %d %d\n", byte, sh, byte++ + ++byte - (byte -= 2));
    char text[] = "abc", longer[40] = "initialised text over sixteen bytes";
    printf("%zu %s %d %c\n", sizeof text, longer, longer[39], "hello"[seven - 6]);
    int partial[8] = {[2] = 5, 6, [7] = 1}; struct { struct pair p; int r[3]; } deep = {.p.b = 2, .r[1] = 4};
    for (int i = 0; i < 8; i++) printf("%d", partial[i]);
    printf(" %g %d %d\n", deep.p.b, deep.r[1], deep.p.a);
    long (*f)(long) = (long (*)(long))(void *)0; printf("%d\n", f == 0 ? 1 : 2);
    uint64_t hash = 1469598103934665603u; for (const char *x = "hash"; *x; x++) hash = (hash ^ *x) * 1099511628211u;
    printf("%lx %d\n", hash, zero ?: 9);
    double sum = 0; for (int i = 1; i < 20; i++) sum += i % 3 ? 1.0 / i : -third; printf("%.12g\n", sum);
    __int128 wide = (__int128)huge * 3; printf("%lld %lld\n", (long long)(wide >> 64), (long long)wide);
    printf("%ld %g\n", *pass(&(long){10}), *&(double){2.5}); *&(int){3} = 4;
    for (int *p = &(int){5}; *p; --*p) printf("%d", *p);
    printf("%d %ld\n", __builtin_abs(minus), labs(-5L) + (long)__builtin_llabs(huge));
}
long labs(long);
