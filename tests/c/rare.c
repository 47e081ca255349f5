/* What is met seldom: padding, type-generic selection, storage classes of compound literals, arrays of
   variable length that start as zeros, atomic objects the machine cannot swap. */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct inner { char c; int i; };
struct outer { char c; struct inner in[3]; long double ld; unsigned bits : 5; double d; };
union mixed { struct inner in; char bytes[2]; };

static void show(const char *what, const void *p, size_t n) {
    printf("%s:", what);
    for (size_t i = 0; i < n; i++) printf(" %02x", ((const unsigned char *)p)[i]);
    puts("");
}

static void padding(void) {
    struct outer o;
    memset(&o, 0xff, sizeof o);
    __builtin_clear_padding(&o);
    show("outer", &o, sizeof o);
    union mixed m;
    memset(&m, 0xff, sizeof m);
    __builtin_clear_padding(&m);
    show("mixed", &m, sizeof m);
    struct inner many[3][2];
    memset(many, 0xff, sizeof many);
    __builtin_clear_padding(&many);
    show("many", many, sizeof many);
    long l = -1;
    __builtin_clear_padding(&l);
    printf("%ld\n", l);
}

#define ROOT(x) __builtin_tgmath(sqrtf, sqrt, sqrtl, csqrtf, csqrt, csqrtl, (x))
#define POWER(x, y) __builtin_tgmath(powf, pow, powl, cpowf, cpow, cpowl, (x), (y))
#define LARGE_PART(x) __builtin_tgmath(crealf, creal, creall, (x))

static void generic(void) {
    printf("%zu %zu %zu %zu %zu\n", sizeof ROOT(1.0f), sizeof ROOT(2), sizeof ROOT(3.0L),
           sizeof ROOT(1.0fi), sizeof POWER(1.0f, 2));
    printf("%g %Lg %g\n", ROOT(9), ROOT(16.0L), POWER(2.0f, 3.0f));
    printf("%g %g\n", creal(ROOT(-4.0 + 0.0i)), cimag(ROOT(-4.0 + 0.0i)));
    printf("%g\n", LARGE_PART(3.5));
}

static int *counter(void) {
    static int n[3];
    return n;
}

__attribute__((noinline)) static void dirty(int n) {
    volatile int a[n];
    for (int i = 0; i < n; i++) a[i] = 7;
}

__attribute__((noinline)) static int stacked(int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
        void *mark = __builtin_stack_save();
        char *p = __builtin_alloca(1000);
        p[i] = (char)i;
        sum += p[i];
        __builtin_stack_restore(mark);
    }
    return sum;
}

int main(void) {
    padding();
    generic();
    counter()[1]++;
    dirty(300);
    printf("%d %d\n", stacked(1000), counter()[1]);
    printf("%d %s %s\n", __builtin_LINE(), __builtin_FUNCTION(),
           strrchr(__builtin_FILE(), '/') ? "path" : "name");
    return 0;
}
