// No frame pointers: the way up is found by unwind information, through libc's own frames.
// compile: -g -fomit-frame-pointer -fno-optimize-sibling-calls
// status: 139
//! crash: SIGSEGV, read from a null pointer
//! in deep+0x
//! through_libc.c:19
//! by compare+0x
//! libc.so.6+0x
//! by qsort_r+0x
//! by sort+0x
//! through_libc.c:29
//! by main+0x
#include <stdlib.h>

struct node { struct node *next; int value; };

__attribute__((noinline)) static int deep(struct node *n, int k)
{
    return k ? deep(n->next, k - 1) + 1 : n->value;
}

static int compare(const void *a, const void *b)
{
    return deep(0, 3) + *(int *)a - *(int *)b;
}

__attribute__((noinline)) static void sort(int *v)
{
    qsort(v, 4, sizeof *v, compare);
    v[0]++;
}

int main(void)
{
    int v[4] = { 4, 3, 2, 1 };
    sort(v);
    return v[0];
}
