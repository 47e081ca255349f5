/* Definitions as they were written before there were prototypes and types in front of everything. */
#include <stdio.h>
#define REG register

typedef struct record { int part; struct record *next; } *pointer;

first(p)
REG pointer p;
{
    return p->part;
}

sum(a, b)
    pointer a;
    int b;
{
    return first(a) + b;
}

static scale(x, y) double x; float y; { return x * y; }
nothing() { return 5; }
char *word(n) int n; { return n ? "one" : "none"; }

main() {
    struct record r = {3, 0};
    printf("%d %d %d %d %s\n", first(&r), sum(&r, 4), scale(2.5, 4.0f), nothing(), word(1));
    return 0;
}
