/* Binary trees made, walked and dropped: calls, malloc and free. */
#include <stdio.h>
#include <stdlib.h>

typedef struct tree { struct tree *left, *right; } tree;

static tree *grow(int depth)
{
    tree *t = malloc(sizeof *t);
    if (!t)
        abort();
    t->left = depth ? grow(depth - 1) : NULL;
    t->right = depth ? grow(depth - 1) : NULL;
    return t;
}

static int count(const tree *t) { return t->left ? 1 + count(t->left) + count(t->right) : 1; }

static void fell(tree *t)
{
    if (t->left) {
        fell(t->left);
        fell(t->right);
    }
    free(t);
}

int main(void)
{
    long sum = 0;
    for (int depth = 4; depth <= 15; depth++)
        for (int i = 0; i < 1 << (18 - depth); i++) {
            tree *t = grow(depth);
            sum += count(t);
            fell(t);
        }
    printf("%ld\n", sum);
}
