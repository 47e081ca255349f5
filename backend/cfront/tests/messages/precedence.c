int precedence(int a, int b, int c) {
    if (a & b == 2) return 1;
    if (a && b || c) return 2;
    if (a << b + c) return 3;
    if (a < b < c) return 4;
    if (!a == b) return 5;
    if ((a & b) == 2 || (a && b)) return 6;
    return a | b & c;
}
