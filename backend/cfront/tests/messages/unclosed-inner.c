int g(int a) {
    for (int i = 0; i < a; i++) {
        if (i == 3) {
            a--;
        a++;
    }
    return a;
}
int h(void) { return 1; }
