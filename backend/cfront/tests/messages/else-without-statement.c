int f(int x) {
    if (x)
    else return 1;
    return 0;
}
