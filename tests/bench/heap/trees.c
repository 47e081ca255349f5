// Binary trees: a stretch tree, one that is kept, and many short-lived ones, up to a depth. The
// allocator is chosen when this is compiled.
#include <stdio.h>
#include <stdlib.h>
#ifdef __TINE_EXECUTOR__
#include <tine/heap.h>
#elif defined BOEHM
#include <gc.h>
#endif

struct node { struct node *left, *right; };

static struct node *new(void) {
#ifdef __TINE_EXECUTOR__
    return gc_new(struct node);
#elif defined BOEHM
    return GC_MALLOC(sizeof(struct node));
#else
    return calloc(1, sizeof(struct node));
#endif
}

static struct node *make(int depth) {
    struct node *n = new();
    if (depth) {
        n->left = make(depth - 1);
        n->right = make(depth - 1);
    }
    return n;
}

static long count(const struct node *n) {
    return n->left ? 1 + count(n->left) + count(n->right) : 1;
}

static void drop(struct node *n) {
#if defined __TINE_EXECUTOR__ || defined BOEHM
    (void)n;
#else
    if (n->left) drop(n->left), drop(n->right);
    free(n);
#endif
}

int main(int argc, char **argv) {
    int depth = argc > 1 ? atoi(argv[1]) : 16;
#ifdef BOEHM
    GC_INIT();
#endif
    struct node *stretch = make(depth + 1);
    printf("stretch %ld\n", count(stretch));
    drop(stretch);
    stretch = 0;
    struct node *keep = make(depth);
    for (int d = 4; d <= depth; d += 4) {
        long n = 1L << (depth - d + 4), sum = 0;
        for (long i = 0; i < n; i++) {
            struct node *t = make(d);
            sum += count(t);
            drop(t);
        }
        printf("%ld of depth %d: %ld\n", n, d, sum);
    }
    printf("kept %ld\n", count(keep));
    drop(keep);
}
