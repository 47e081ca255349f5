int bodies(int a, int b) {
    if (a);
    if (a)
        if (b) a = 1;
    else a = 2;
    if (a)
        b = 1;
        b = 2;
    while (b--)
        a++;
    return a;
}
