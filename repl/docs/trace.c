// The program of README's picture of a trace: trees that nobody frees, and collections.
#include <stdlib.h>
#include <tine/heap.h>

struct tree { struct tree *left, *right; int key; char text[400]; };

struct tree *insert(struct tree *t, int key) {
    if (!t) {
        t = gc_new(struct tree);
        t->key = key;
    } else if (key < t->key) {
        t->left = insert(t->left, key);
    } else {
        t->right = insert(t->right, key);
    }
    return t;
}

long sum(const struct tree *t) { return t ? t->key + sum(t->left) + sum(t->right) : 0; }

struct tree *grow(int n) {
    struct tree *t = 0;
    for (int i = 0; i < n; i++) t = insert(t, rand() % 10000);
    return t;
}

int main(void) {
    long total = 0;
    for (int round = 0; round < 8; round++) total += sum(grow(1000));
    return total == 0;
}
