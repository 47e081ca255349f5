int two(int, int);
int order(int i, int *p) {
    i = i++;
    p[i] = i++;
    two(i, i++);
    i = i + 1;
    return (i++, i);
}
