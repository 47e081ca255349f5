// Types of variable size: records with such members, passed, returned, nested, and seen from
// nested functions.
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void members(int n) {
    struct s { char c; short a[n]; char d; long b[n + 1]; unsigned x : 5, y : 9; char e; } v, w;
    memset(&v, 0, sizeof v);
    v.a[n - 1] = 7; v.d = 'd'; v.b[n] = 99; v.x = 17; v.y = 300; v.e = 'e';
    w = v;
    struct s *p = &w;
    p->y++;
    printf("%zu %zu %zu %zu %zu\n", sizeof v, offsetof(struct s, d), offsetof(struct s, b),
           offsetof(struct s, e), _Alignof(struct s));
    printf("%d %c %ld %u %u %c\n", w.a[n - 1], p->d, p->b[n], w.x, w.y, w.e);
    struct s many[3];
    many[2] = v; many[1] = many[2];
    printf("%zu %ld %td\n", sizeof many, many[1].b[n], (char *)&many[2] - (char *)many);
}

static void packed(int n) {
    struct __attribute__((packed)) s { char c; int a[n]; char d; long e; } v;
    union u { char c[n]; long l; int a[n]; } w;
    struct in { struct { char a[n]; } x; int y; } z;
    z.x.a[n - 1] = 4; z.y = 5;
    w.l = 1;
    printf("%zu %td %zu %d %zu %d\n", sizeof v, (char *)&v.e - (char *)&v, sizeof w, w.c[0], sizeof z,
           z.x.a[n - 1] + z.y);
}

static int by_value(int n, ...) {
    typedef struct { char a[n]; int after; } t;
    va_list ap;
    va_start(ap, n);
    t one;
    one = va_arg(ap, t);
    int next = va_arg(ap, int);
    va_end(ap);
    return one.a[0] + one.a[n - 1] + one.after + next;
}

static int inside(int n) {
    struct s { int a[n]; };
    int matrix[n][n + 1], sum = 0;
    typedef long row[n];
    struct s make(int from) {
        struct s s;
        row r;
        for (int i = 0; i < n; i++) s.a[i] = from + i;
        return sizeof r == n * sizeof(long) ? s : s;
    }
    int last(struct s s) { s.a[0] = 1000; return s.a[n - 1]; }
    void fill(void) {
        void one(int i) { for (int j = 0; j <= n; j++) matrix[i][j] = i * j; }
        for (int i = 0; i < n; i++) one(i);
    }
    fill();
    for (int i = 0; i < n; i++) sum += matrix[i][n];
    struct s x, *p = &x;
    x = make(3);
    int through = last(x) + last(*p) + x.a[0];
    x = make(10);
    return sum * 1000 + through + make(20).a[1] + x.a[0] + (int)sizeof *p;
}

static int parameter(int n, struct { int a[n]; } *p, int m[n][n]) { return p->a[n - 1] + m[n - 1][0] + (int)sizeof *p; }

static int in_loop(int n) {
    int sum = 0;
    for (int i = 1; i <= n; i++) {
        struct { char c[i]; int v[i]; } s;
        s.v[i - 1] = i;
        sum += s.v[i - 1] + (int)sizeof s;
        if (i == 4) goto out;
    }
out:
    return sum;
}

// GNU: a parameter declared ahead of the list it is in.
static int ahead(int n; int m[n][n], int n) { return m[1][n - 1] + (int)sizeof m[0]; }
static int swapped(int b; int a, int b) { return a * 10 + b; }

static int old_style(a, n, f) unsigned char n; float f; int (*a)[n + 1]; {
    return (int)sizeof *a + n + (int)(f * 2);
}

int main(void) {
    int square[2][2] = {{1, 2}, {3, 4}};
    printf("%d %d %d\n", ahead(square, 2), swapped(4, 5), old_style(0, 258 + 3, 1.5));
    members(3); members(6); packed(5); packed(8);
    int n = 5;
    struct { char a[n]; int after; } s;
    memset(&s, 2, sizeof s);
    s.after = 40;
    printf("%d\n", by_value(n, s, 500));
    printf("%d %d\n", inside(4), inside(7));
    int a[3] = {1, 2, 3}, m[3][3] = {{0}, {0}, {30}};
    printf("%d %d\n", parameter(3, (void *)a, m), in_loop(9));
    return 0;
}
