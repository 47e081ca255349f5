// options: -std=gnu17
int f(void) {
    return strlen();
}
int g(void) {
    return strlen("a", "b");
}
