// What headers and old programs do with GNU's extensions of functions, gotos and unions.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Wrappers that pass their arguments on, and call what they wrap by a label or as a builtin.
static int total(int n, ...) {
    va_list ap;
    va_start(ap, n);
    long sum = 0;
    for (int i = 0; i < n; i++) sum = sum * 10 + (i % 2 ? (int)va_arg(ap, double) : va_arg(ap, int));
    va_end(ap);
    return sum;
}
#define WRAPPER extern __inline __attribute__((gnu_inline, always_inline))
WRAPPER int passed(int n, ...) {
    int local = n + 1;
    if (__builtin_va_arg_pack_len() > 4) return -local;
    return total(__builtin_va_arg_pack_len(), __builtin_va_arg_pack()) + local;
}
WRAPPER int passed_twice(int n, ...) { return passed(n + 1, __builtin_va_arg_pack()) + passed(n, 1); }
static __inline __attribute__((always_inline)) int behind(const char *text, int n, ...) {
    return passed(n, text[0] - 'a' + 3, __builtin_va_arg_pack());
}

extern size_t wrapped_strlen(const char *) __asm__("strlen");
WRAPPER size_t strlen(const char *s) { return wrapped_strlen(s) + 100; }
WRAPPER char *strcpy(char *to, const char *from) { return __builtin_strcpy(to, from) + 1; }

// A transparent union in a prototype is as good as any of its members.
union wait_status { int *i; union { int x; } *u; } __attribute__((transparent_union));
int status(union wait_status, int);
int status(int *p, int more) { return *p + more; }

// Computed gotos in statement expressions, with values waiting around them.
static int three(int a, int b, const char *s) { return a * 10 + b + (int)wrapped_strlen(s); }
static int gotos(int way) {
    int r = 0;
    r += three(3, ({ void *p = &&a1; int i = 0; if (way) p = &&a2; goto *p; a1: i++; a2: i++; i; }), "xy");
    r += three(way, ({ static void *t[] = {&&b1, &&b2, &&b3}; int i = 0; goto *t[way]; b1: i += 4; b2: i += 2; b3: i++; i; }), "xyz") * 100;
    static void *out[] = {&&end, &&on};
    for (int i = 0; i < 3; i++) {
        r += three(i, ({ if (i == 2) goto *out[0]; 1; }), "");
        continue;
    on: r += 100000;
    }
    r = -1;
end:
    return r;
}

char global_array[20];
static double more[3];
static int aligned(void) {
    char local[16], other[33];
    return ((unsigned long)local | (unsigned long)other | (unsigned long)global_array | (unsigned long)more) % 16;
}

int wide[] = {((L"wide"))};
char plain[] = {("plain")};
struct [[packed]] not_packed { char c; int i; };

// Pointers to nested functions stay good while theirs runs, however often it is entered meanwhile.
struct node { struct node *l, *r; int v; } pool[600];
static int used;
static struct node *tree(int depth) {
    struct node *n = &pool[used++];
    n->v = used % 7;
    if (depth) { n->l = tree(depth - 1); n->r = tree(depth - 1); }
    return n;
}
static void each(struct node *n, void (*f)(struct node *)) {
    if (n->l) f(n->l);
    if (n->r) f(n->r);
}
static int weigh(struct node *n, int depth) {
    int sum = n->v * depth;
    void visit(struct node *child) { sum += weigh(child, depth + 1); }
    each(n, visit);
    return sum;
}

static int asm_goto(int i) {
    __asm__ goto("testl %0, %0\n\tjnz %l2" : "+r"(i) : : "cc" : set);
    return 1;
set:
    return 2;
}

// Records that begin with what is no member.
struct padded { long : 40; _Complex float z; };
struct hollow { struct {} none; int x; };
static struct padded make_padded(float re) { struct padded p; p.z = re + 2.0fi; return p; }
static float padded(void) {
    struct padded p = make_padded(1.5f), q = p, r;
    r = q;
    struct hollow h = {.x = 4}, i = h;
    return __real__ r.z * 10 + __imag__ q.z + i.x;
}

/* Never called: what lies in front of a local must compile all the same. */
static int before(void) { short s[4] = {0}; return *(short *)((char *)s - 4); }

int main(void) {
    printf("%g %d\n", padded(), (int)sizeof(struct padded));
    struct node *t = tree(8);
    printf("%d %d %d\n", weigh(t, 1), asm_goto(0), asm_goto(5));
    printf("%d %d %d %d\n", passed(1), passed(2, 3, 4.0), passed(3, 1, 2.0, 3, 4.0), passed(4, 1, 1, 1, 1, 1));
    printf("%d %d\n", passed_twice(5, 7, 8.0), behind("abc", 1, 2.0, 3));
    char text[8];
    printf("%d %s\n", (int)strlen("abcd"), strcpy(text, "text"));
    int x = 5;
    printf("%d\n", status(&x, 6));
    printf("%d %d %d\n", gotos(0), gotos(1), aligned());
    printf("%d %d %d\n", (int)(sizeof wide / sizeof *wide), (int)sizeof plain, (int)sizeof(struct not_packed));
    if (gotos(0) == 12345) return before();
    return 0;
}
