int empty[3] = {};
struct nothing {};
int choose(int x, int n) {
    switch (x) { case 1 ... 3: return 1; }
    return x ?: ({ n; });
}
int pointers(void *p, int (*f)(void)) {
    return (p + 1) == (void *)(f + 1);
}
