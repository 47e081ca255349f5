int x = 3; static long y[4] = {1, [2] = 5}; double d; float f; _Bool b; char *s = "text";
int add(int a, long c) { return a + c * x - (a << 2) / (c | 1); }
unsigned mix(unsigned a, signed char c) { a ^= c; a += a >> 3; return a % 7u ? a-- : ++a; }
double real(double a, float c, int n) { a *= c; return n ? a / n : -a + (int)c; }
int logic(int *p, int n) { return p && *p > n || !n && p[n] != 2 ? n, 1 : ~n; }
long double wide(long double a) { return a * a + 1; }
__int128 big(__int128 a) { return a / 3 << 2; }
_Complex double turn(_Complex double z) { return z * __extension__ 1.0i + ~z; }
