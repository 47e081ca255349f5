enum color { RED }; enum size { SMALL };
int array[3];
int compare(int i, unsigned u, enum color c, enum size s, unsigned char b) {
    if (i < u) return 1;
    if (u < 0) return 2;
    if (b == 300) return 3;
    if (i == i) return 4;
    if (c == s) return 5;
    if ((i < 2) == 7) return 6;
    if (array) return 7;
    if (i ? 2 : 3) return 8;
    i = i;
    return b < u;
}
