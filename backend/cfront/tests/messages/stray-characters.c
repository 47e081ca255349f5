int f(int x) {
    f(“hello”);
    return x + 1;
}
int g(int x) {
    if (x ≤ 3) return x – 1;
    int y = x @ 3;
    int z = x`;
    return x；
}
int h;
