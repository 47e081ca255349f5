// options: -std=gnu17 -Wlogical-op -Wduplicated-cond -Wshadow
// Conditions that say the same twice or nothing, parts given twice, `abs` of what is no int.
int read(void);
int shared;
int twice(int a, int b, int *p) {
    if (a == 1 || a == 1) return 1;
    if (a > 5 && a < 3) return 2;
    if (a != 1 || a != 2) return 3;
    if (1 < a && 2 < a) return 4;
    if (a <= 3 || 3 < a) return 5;
    if (a == 1 || b == 1) return 6;
    if (read() || read()) return 7;
    if (a < 0 || a > 9) return 8;
    return p && *p && p[1];
}
int chain(int a, int b) {
    if (a == 1) return 1;
    else if (b) return 2;
    else if (a == 1) return 3;
    else if (read()) return 4;
    else if (read()) return 5;
    return 6;
}
int hides(int shared) { return shared; }
struct point { int x, y : 3, z : 5; };
struct point over = { .x = 1, .y = 2, .z = 3, .x = 4 };
int again[4] = { [2] = 1, 2, [1] = 3, 4 };
struct point fresh = { 1, .z = 3, .y = 2 };
int abs(int);
double fabs(double);
int sizes(unsigned u, double d, int i, signed char c) {
    return abs(u) + abs(d) + (fabs(i) > 1) + abs(i) + abs(c) + (fabs(d) > 1);
}
