// Initialisers whose last word differs from their first: ranges set again, unions that change
// their member, braces left out, values of bit-fields just stored.
#include <stdio.h>

static int count;
static void add(void) { count++; }
static void twice(void) { count += 2; }
typedef void (*Action)(void);
const Action table[4] = {[0 ... 3] = &add, [1] = twice, [3] = twice};
struct Wrap { void *func; } wraps[] = {((struct Wrap){twice}), add};

union Value { int i; float f; };
union Mixed {
    struct { int x; char y[2]; } u;
    union Value v;
} mixed[] = {{.u = {1, 2}}, {.v.f = 4.5, .u.y[1] = 3}, {.u.x = 7, .v.i = 9, .u.y[0] = 2}, {1, .v.i = 3}};

struct Tail { char a, b[]; } tail = {'f', 'o', 'o', 0};

struct { unsigned f : 2; unsigned long l : 40; int s : 3; unsigned full : 32; } b;

asm(".text\n.globl from_asm\nfrom_asm: movl $7, %eax\n ret");
int from_asm(void);
asm("also_from_asm: movl $9, %eax\n ret");
int also_from_asm(void);

struct Noted { int n; };
static void note(struct Noted *it) { printf("bye %d\n", it->n); }

int main(void) {
    for (int i = 0; i < 4; i++) table[i]();
    ((Action)wraps[0].func)();
    ((Action)wraps[1].func)();
    printf("%d\n", count);
    for (int i = 0; i < 4; i++)
        printf("%d %d %d %d\n", mixed[i].u.x, mixed[i].u.y[0], mixed[i].u.y[1], mixed[i].v.i);
    union Mixed local = {.v.f = 4.5f, .u.y[1] = 3};
    printf("%d %d %zu %s\n", local.u.x, local.u.y[1], sizeof tail, tail.b);

    int low = -10;
    printf("%d %d %d %d\n", low < (b.f = 2), low < (b.f += 1), low < ++b.f, low < b.f++);
    printf("%d %d %d\n", low < (0, b.f), low < ({ b.f; }), low < (b.full = 2));
    printf("%lx %lx\n", (unsigned long)((b.l = ~0ul) + 1), (unsigned long)-(b.l = 1));
    printf("%d %d\n", from_asm(), also_from_asm());
    __attribute__((cleanup(note))) struct Noted one = {1};
    struct Noted __attribute__((cleanup(note))) two = {2};
    struct Noted three __attribute__((cleanup(note))) = {3};
    return 0;
}
