/* Arithmetic, comparison and conversion of every floating format. */
#include <stdio.h>
#include <math.h>
volatile long double a = 3.25L, b = -1.5L, zero, big = 1e300L;
volatile double d = 2.5;
volatile float f = 1.25f;
volatile long l = -7;
volatile unsigned long ul = 0xfffffffffffffff0ul;
volatile int i = -3;
volatile unsigned u = 0xfffffff0u;
volatile short s = -5;
volatile _Float128 q = 2.75;
volatile _Float16 h = 1.5;
static long double poly(long double x) { return ((x * 2 + 1) * x - 3) / x; }
static long double pick(int c, long double x, long double y) { return c ? x : y; }
struct pair { long double x; int n; };
static struct pair twice(struct pair p) { p.x *= 2; p.n++; return p; }
#define CMP(T, x, y) \
  { T p = x, r = y; printf("%d%d%d%d%d%d ", p < r, p <= r, p > r, p >= r, p == r, p != r); }
int main(void) {
  printf("%Lg %Lg %Lg %Lg %Lg\n", a + b, a - b, a * b, a / b, -a);
  printf("%Lg %Lg\n", poly(a), pick(a > b, a, b));
  printf("%Lg %Lg %Lg %Lg %Lg\n", (long double)l, (long double)ul, (long double)i, (long double)u,
         (long double)s);
  printf("%ld %lu %d %u %d\n", (long)a, (unsigned long)(a * 4e18L), (int)b, (unsigned)a, (short)b);
  printf("%g %g %g\n", (double)a, (float)a, (double)(big * 10));
  a += 2; a -= f; a *= d; a /= i; a++; --a;
  printf("%Lg\n", a);
  CMP(long double, a, b) CMP(long double, b, a) CMP(long double, a, a)
  CMP(long double, zero / zero, a) CMP(double, d, f) CMP(double, zero / zero, d)
  CMP(_Float128, q, a) CMP(_Float128, q, q) CMP(_Float16, h, f) CMP(_Float128, q - q, zero / zero)
  printf("\n%d %d %d\n", a ? 1 : 0, !a, zero || !zero);
  struct pair p = twice(twice((struct pair){1.125L, 4}));
  printf("%Lg %d\n", p.x, p.n);
  long double array[4] = {1, 2.5, [3] = 4.75L}, sum = 0;
  for (int k = 0; k < 4; k++) sum += array[k];
  printf("%Lg %Lg %Lg\n", sum, sqrtl(sum), fabsl(-sum));
  printf("%g %g %ld %g\n", (double)(q * 2 + 1), (double)(q / 3), (long)(q * q), (double)-q);
  q += 1; q *= a; printf("%Lg\n", (long double)q);
  h = h * 3 + f; printf("%g %d\n", (double)h, (int)(h * 2));
  h = 70000.0; printf("%g\n", (double)h);
  printf("%d %d %d %d\n", __builtin_isnan(zero / zero), __builtin_isinf(big / zero),
         !!__builtin_signbit(b), __builtin_isfinite(a));
  printf("%d %d %d\n", __builtin_fpclassify(0, 1, 2, 3, 4, a), __builtin_fpclassify(0, 1, 2, 3, 4, zero),
         __builtin_fpclassify(0, 1, 2, 3, 4, 1e-320));
  printf("%d %d %d\n", __builtin_isgreater(a, b), __builtin_isunordered(a, zero / zero),
         __builtin_islessgreater(d, f));
  printf("%Lg %g %g\n", __builtin_copysignl(a, -1.0L), __builtin_copysign(d, -0.0),
         __builtin_copysignf(f, -2.0f));
  printf("%d %u %ld %lu\n", (int)d, (unsigned)f, (long)-d, (unsigned long)(d * 4e18));
  printf("%g %g %g %g\n", floor(-d), ceil(d), trunc(-d), nearbyint(d));
  return 0;
}
