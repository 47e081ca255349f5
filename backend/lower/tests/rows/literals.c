// Literals and initialisers: whose address is taken, which share bytes, what ranges repeat.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static float twice(const float *p) { return *p * 2; }
static int first(const int (*p)[2]) { return (*p)[0]; }
static float of_literal(float x) { return twice(&(float){x}) + twice(&x); }

static const char *before(void) { return "shared"; }
char named[] = "shared";
static char cut[3] = "shared";
static const char *after(void) { return "other"; }
char last[] = "other";

struct in { int j, k[3], l; };
struct out { int n; struct in o[3]; int p; };
struct out ranges[] = {[0 ... 2].o[1 ... 2].k[0 ... 1] = 4, 5, 6, 7};
int cube[][2][4] = {[2 ... 4][0 ... 1][2 ... 3] = 1, [2] = 2, [2][0][2] = 3};
int *pointers[6] = {[4] = &cube[0][0][0], [1] = &cube[1][0][0], [4] = 0, [0 ... 1] = &cube[2][0][0]};

static int counter = 9;
static int sized(int n, ...) {
    va_list ap;
    va_start(ap, n);
    int *p = va_arg(ap, typeof(int (*)[++counter])) == 0 ? 0 : &counter;
    va_end(ap);
    return p ? *p : -1;
}

static int measured(int n) {
    int i = 0, (*t)[n];
    char b[1][n + 3];
    (void)sizeof(b[i++]);
    (void)sizeof(typeof(t + (i++, 0)));
    typeof(t + (i++, 0)) u = 0;
    return i * 10 + (u == 0);
}

static int kept(int n) {
    char *p;
    {
        char scoped[n];
        memset(scoped, 1, n);
        p = __builtin_alloca(8);
        memset(p, 1, 8);
    }
    char *q = __builtin_alloca(64);
    memset(q, 0, 64);
    return p[0] + p[7];
}

static int literal_of_variable_type(void) {
    int a[1] = {5}, i = 0;
    int (**p)[1] = &(typeof(++i, (int (*)[i])a)){&a};
    return **p[0] + i;
}

int main(void) {
    printf("%g %d\n", of_literal(1.5f), first(&(int[2]){7, 8}));
    printf("%s %s %.3s %s %s\n", before(), named, cut, after(), last);
    const int *n = (const int *)ranges;
    for (unsigned i = 0; i < sizeof ranges / sizeof *n; i++) printf("%d ", n[i]);
    n = &cube[0][0][0];
    for (unsigned i = 0; i < sizeof cube / sizeof *n; i++) printf("%d ", n[i]);
    for (int i = 0; i < 6; i++) printf("%d ", pointers[i] ? (int)(pointers[i] - n) : -1);
    int array[1];
    printf("\n%d %d %d %d\n", sized(1, &array), measured(4), kept(48), literal_of_variable_type());
    int y = 9, z = __builtin_speculation_safe_value(3, y++);
    printf("%d %d\n", y, z);
    puts(R"/^&|~!=,"'(a)" \n)/^&|~!=,"'" u8R"(b)");
    return 0;
}
