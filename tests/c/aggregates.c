// Structures by value, bit-fields, unions, initialisers, flexible arrays, compound literals.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct small { char c; short s; };
struct pair { double x; long n; };
struct big { int v[12]; char name[5]; };
union view { float f; unsigned u; unsigned char b[4]; };
struct bits { unsigned a : 3; int b : 5; unsigned long c : 40; _Bool d : 1; };
struct flex { int n; char text[]; };
static struct small mk_small(char c) { return (struct small){c, c * 100}; }
static struct pair swap(struct pair p) { return (struct pair){p.n, (long)p.x}; }
static struct big grow(struct big b, int by) { for (int i = 0; i < 12; i++) b.v[i] += by; return b; }
static int nested[][3] = {[2] = {1, 2, 3}, [0][1] = 9, {4}};
static struct { int a; struct { int b, c; } in; int tail[]; } deep = {1, {.c = 3}, {7, 8, 9}};
int main(void) {
    struct small s = mk_small('A');
    printf("%c %d %zu\n", s.c, s.s, sizeof s);
    struct pair p = swap((struct pair){2.5, 7});
    printf("%g %ld\n", p.x, p.n);
    struct big b = {{1, 2, 3}, "abc"}, c = grow(b, 10);
    printf("%d %d %d %s\n", b.v[2], c.v[2], c.v[11], c.name);
    union view v = {1.0f};
    printf("%08x %d\n", v.u, v.b[3]);
    struct bits f = {9, -3, 1UL << 39, 2};
    f.a++; f.b -= 20;
    printf("%d %d %lu %d %zu\n", f.a, f.b, (unsigned long)f.c, f.d, sizeof f);
    struct flex *fl = malloc(sizeof *fl + 6);
    fl->n = 5; strcpy(fl->text, "flexi");
    printf("%s %zu %zu\n", fl->text, sizeof *fl, offsetof(struct big, name));
    for (int i = 0; i < 3; i++) printf("%d %d %d\n", nested[i][0], nested[i][1], nested[i][2]);
    printf("%d %d %d %d\n", deep.in.b, deep.in.c, deep.tail[1], deep.tail[2]);
    int *q = (int[]){5, 6, 7};
    printf("%d %s\n", q[2], (char[]){"literal"} + 3);
    return 0;
}
