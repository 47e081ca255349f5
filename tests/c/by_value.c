// Records by value among a unit's own functions: every way of passing, returning and mentioning them.
#pragma GCC diagnostic ignored "-Wpsabi"
#include <complex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#define APART __attribute__((noinline))
typedef struct vec { double x, y, z; } vec;
typedef struct line { vec from, to; } line;
typedef struct box { line edge; vec size; } box;
typedef struct padded { char c; long l; short s; } padded;
typedef union either { float f; unsigned u; } either;
typedef struct bits { unsigned a : 3; int b : 13; long c : 40; } bits;
typedef struct __attribute__((packed)) tight { char c; double d; int i; } tight;
typedef struct wide { __int128 i; char c; } wide;
typedef struct many { char c[3]; struct { short a, b; } in; } many;
typedef struct loud { volatile int v; int w; } loud;
typedef struct precise { long double d; int n; } precise;
typedef struct empty {} empty;
typedef struct bytes { unsigned char r, g, b, a; } bytes;
typedef struct flex { int n; char text[]; } flex;
typedef struct __attribute__((aligned(64))) far { int a, b; } far;

static vec v(double x, double y, double z) { return (vec){x, y, z}; }
static inline vec add(vec a, vec b) { return v(a.x + b.x, a.y + b.y, a.z + b.z); }
static APART vec cross(vec a, vec b) { return v(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x); }
static double sum(vec a) { return a.x + 2 * a.y + 4 * a.z; }
static APART line turned(line l) { return (line){l.to, l.from}; }
static APART box grown(box b, int by) { b.size.x += by; b.edge = turned(b.edge); return b; }
static APART vec changed(vec a) { double *p = &a.y; *p = -1; a.z++; return a; }
static APART padded swapped(padded p) { return (padded){p.s, p.c, p.l}; }
static APART either viewed(either e) { e.u ^= 1u << 31; return e; }
static APART bits more(bits b) { b.a++, b.b -= 5, b.c *= 3; return b; }
static APART tight less(tight t) { return (tight){t.i, t.d - t.c, -t.i}; }
static APART wide doubled(wide w) { w.i *= 2; w.c++; return w; }
static APART many first(many m, int at) { m.c[at] = 'x'; m.in.a = m.in.b + at; return m; }
static APART int heard(loud l) { l.v += l.w; return l.v; }
static APART precise half(precise p) { p.d /= 2; return p; }
static APART long double added(long double a, precise p, long double b) { return a + p.d + b + p.n; }
static APART _Complex float turn(_Complex float c, _Complex double d) { return c * I + (_Complex float)d; }
static APART empty nothing(empty e, int *n) { ++*n; return e; }
static APART int ends(bytes a, bytes b, flex f, far g) { return a.r * 1000 + b.a * 100 + f.n * 10 + g.b; }
static APART vec deep(vec a, int n) { return n ? add(deep(cross(a, v(1, n, 2)), n - 1), a) : a; }
static APART vec taken(vec a) { return v(a.z, a.y, a.x); }
static vec (*pointer)(vec) = taken;
static APART vec said_early();
static APART vec listed(int n, ...) {
    va_list ap;
    va_start(ap, n);
    vec all = {0};
    while (n--) all = add(all, va_arg(ap, vec));
    va_end(ap);
    return all;
}
static vec aliased_to(vec a) { return add(a, a); }
extern vec aliased(vec a) __attribute__((alias("aliased_to")));
static jmp_buf env;
static APART vec jumped(vec a, line l) {
    volatile int n = 0;
    if (setjmp(env)) a = add(a, l.to);
    if (n++ < 2) longjmp(env, 1);
    return a;
}
static APART double variable(int n, vec a, vec list[n]) {
    double s = 0;
    vec copy[n];
    for (int i = 0; i < n; i++) copy[i] = add(list[i], a);
    for (int i = 0; i < n; i++) s += sum(copy[i]);
    return s;
}
static APART vec same(vec *p, vec a) { p->x = 100; return v(a.x, p->x, a.z); }
static vec said_early(a, k) vec a; double k; { return v(a.x * k, a.y * k, a.z * k); }
static vec global = {7, 8, 9};
static APART vec changing(vec a) { global.x = -a.x; return global; }
static void show(const char *what, vec a) { printf("%s %g %g %g\n", what, a.x, a.y, a.z); }

int main(void) {
    vec a = {1, 2, 3}, b = {4, 5, 6};
    show("add", add(add(a, b), (vec){.y = 1}));
    show("cross", cross(a, b));
    printf("%g %g\n", cross(b, a).z, sum(a.x > 0 ? add(a, b) : global));
    show("either", a.x < 0 ? cross(a, b) : global);
    show("third", a.x < 0 ? a : a.y < 0 ? cross(a, b) : *&b);
    box g = grown((box){{a, b}, global}, 5);
    printf("%g %g %g\n", g.edge.from.x, g.edge.to.z, g.size.x);
    show("changed", changed(a));
    show("kept", a);
    padded p = {'a', 123456789012, -7}, q, r;
    memset(&q, 0, sizeof q), memset(&r, 0, sizeof r);
    q = swapped(p);
    printf("%d %ld %d\n", q.c, q.l, q.s);
    memcpy(&r, &q, sizeof q);
    printf("%d\n", memcmp(&r, &q, sizeof r));
    printf("%g\n", viewed((either){2.5f}).f);
    bits f = more((bits){7, -4000, 1L << 38});
    printf("%d %d %ld\n", f.a, f.b, (long)f.c);
    tight t = less((tight){3, 4.5, 77});
    printf("%d %g %d %zu\n", t.c, t.d, t.i, sizeof t);
    wide w = doubled((wide){(__int128)1 << 90, 'y'});
    printf("%lx %c\n", (long)(w.i >> 64), w.c);
    many m = first((many){"abc", {1, 2}}, 1);
    printf("%.3s %d %d\n", m.c, m.in.a, m.in.b);
    printf("%d\n", heard((loud){3, 4}));
    printf("%Lg %Lg\n", half((precise){5, 1}).d, added(1.5L, half((precise){3, 2}), 0.25L));
    _Complex float c = turn(1 + 2 * I, 3.0 - I);
    printf("%g %g\n", crealf(c), cimagf(c));
    int n = 0;
    nothing((empty){}, &n), nothing(nothing((empty){}, &n), &n);
    printf("%d\n", n);
    printf("%d\n", ends((bytes){1, 2, 3, 4}, (bytes){5, 6, 7, 8}, (flex){9}, (far){1, 2}));
    show("deep", deep(a, 5));
    show("pointer", pointer(a));
    show("taken", taken(b));
    show("old", said_early(b, 0.5));
    show("listed", listed(3, a, b, global));
    show("aliased", aliased(a));
    show("jumped", jumped(a, (line){a, b}));
    printf("%g\n", variable(3, a, (vec[]){a, b, global}));
    vec s = a;
    s = same(&s, s);
    show("same", s);
    global = changing(global);
    show("global", global);
    vec list[2] = {add(a, b), cross(a, b)};
    for (int i = 0; i < 3; i++) list[i & 1] = add(list[~i & 1], (vec){i, i * list[0].x});
    show("list", list[0]), show("list", list[1]);
    vec *made = &(vec){1, 1, 1};
    made->y = ({ vec inner = add(*made, a); inner; }).y;
    show("made", *made);
    for (int i = 0; i < 3; i++) {
        vec *at = &(vec){i};
        if (i) at->x += sum((vec){at->y, i, (vec){2, i, 1}.y});
        show("loop", *at);
    }
}
