// Every kind of type: what its pointers are, and that they are changed, or left alone.
//= nested 1
//= arrays 1
//= unions 1
//= flexible 1
//= packed 1
//= aligned 1
//= ends 1
//= numbers 1
//= large 1
//= atomic 1
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <tine/heap.h>

static long *number(long n) {
    long *p = gc_new(long);
    *p = n;
    return p;
}

// So much that everything is collected several times over, in every mode.
static void churn(void) {
    for (int i = 0; i < 30; i++) {
        for (int k = 0; k < 40; k++) *number(k) = -1;
        memset(gc_array(char, 3000), 255, 3000);
        memset(gc_array(char, 50000), 255, 50000);
    }
    gc_collect();
}

struct inner {
    char c;
    long *p;
    struct { short s; long *q[3]; } deep;
};
struct nested {
    double d;
    struct inner one, many[4];
    unsigned bits : 5;
    long *last;
    void (*function)(void);
};
struct two {
    union { long *p; double d; struct { int a, b; } ab; } u;
    union { struct { long *x, *y; } both; long words[3]; } v;
};
struct flexible { int n; struct inner items[]; };
#pragma pack(push, 1)
struct packed { char c; long *p; char d; long *q[2]; };
#pragma pack(pop)
struct aligned { _Alignas(64) long *p; char c; };
struct big { char room[3000]; long *p; struct inner items[100]; };
struct atom { _Atomic(long *) p; long *_Atomic volatile q; };

static struct nested *nested;
static struct inner (*matrix)[3];
static struct two *unions;
static struct flexible *flexible;
static struct packed *packed;
static struct aligned *aligned[20];
static struct big *big;
static struct atom *atom;
static char *begin, *end;
static struct { int n; long *pointers[5][2]; } global = {7};

static int inner_is(struct inner *i, long n) {
    return *i->p == n && *i->deep.q[0] == n + 1 && *i->deep.q[2] == n + 2 && !i->deep.q[1];
}

static void fill(struct inner *i, long n) {
    i->p = number(n), i->deep.q[0] = number(n + 1), i->deep.q[2] = number(n + 2);
}

int main(void) {
    nested = gc_new(struct nested);
    nested->d = 1.5, nested->bits = 17, nested->last = number(3), nested->function = churn;
    fill(&nested->one, 10);
    for (int i = 0; i < 4; i++) fill(&nested->many[i], 20 + i);
    matrix = gc_array(struct inner[3], 50);
    for (int i = 0; i < 50; i++) fill(&matrix[i][i % 3], i);
    for (int i = 0; i < 5; i++) global.pointers[i][1] = number(i);
    unions = gc_array(struct two, 3);
    unions[0].u.p = number(5), unions[1].u.d = 2.5, unions[2].u.ab.b = 9;
    unions[0].v.both.y = number(6), unions[1].v.words[1] = (long)number(8);
    flexible = gc_flexible(struct flexible, items, 9);
    flexible->n = 9;
    for (int i = 0; i < 9; i++) fill(&flexible->items[i], i * 100);
    packed = gc_array(struct packed, 7);
    for (int i = 0; i < 7; i++)
        packed[i].p = number(i), packed[i].q[1] = number(i + 50), packed[i].d = 'd';
    for (int i = 0; i < 20; i++) {
        aligned[i] = gc_new(struct aligned);
        aligned[i]->p = number(i);
    }
    big = gc_new(struct big);
    big->p = number(77);
    for (int i = 0; i < 100; i++) fill(&big->items[i], i);
    atom = gc_new(struct atom);
    atom->p = number(1), atom->q = number(2);
    begin = gc_array(char, 40);
    strcpy(begin, "one and another");
    end = begin + 40;
    int *past = gc_array(int, 10);
    long raw = 0;
    {
        long *hidden = number(99);
        raw = ~(long)hidden;
    }
    churn();
    churn();

    int ok = nested->d == 1.5 && nested->bits == 17 && *nested->last == 3
        && nested->function == churn && inner_is(&nested->one, 10);
    for (int i = 0; i < 4; i++) ok &= inner_is(&nested->many[i], 20 + i);
    printf("nested %d\n", ok);
    ok = global.n == 7;
    for (int i = 0; i < 50; i++) ok &= inner_is(&matrix[i][i % 3], i);
    for (int i = 0; i < 5; i++) ok &= *global.pointers[i][1] == i && !global.pointers[i][0];
    printf("arrays %d\n", ok);
    printf("unions %d\n", *unions[0].u.p == 5 && unions[1].u.d == 2.5 && unions[2].u.ab.b == 9
        && *unions[0].v.both.y == 6 && *(long *)unions[1].v.words[1] == 8);
    ok = flexible->n == 9;
    for (int i = 0; i < 9; i++) ok &= inner_is(&flexible->items[i], i * 100);
    printf("flexible %d\n", ok);
    ok = 1;
    for (int i = 0; i < 7; i++)
        ok &= *packed[i].p == i && *packed[i].q[1] == i + 50 && packed[i].d == 'd';
    printf("packed %d\n", ok);
    ok = 1;
    for (int i = 0; i < 20; i++) ok &= (uintptr_t)aligned[i] % 64 == 0 && *aligned[i]->p == i;
    printf("aligned %d\n", ok);
    printf("ends %d\n", end - begin == 40 && !strcmp(begin, "one and another") && !past[9]);
    printf("numbers %d\n", raw != 0);
    ok = *big->p == 77 && big->room[2999] == 0;
    for (int i = 0; i < 100; i++) ok &= inner_is(&big->items[i], i);
    printf("large %d\n", ok);
    printf("atomic %d\n", *atom->p == 1 && *atom->q == 2);
}
