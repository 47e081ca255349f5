/* __int128 and checked arithmetic. */
#include <stdio.h>
typedef __int128 I;
typedef unsigned __int128 U;
static void show(U x) { printf("%016lx%016lx ", (unsigned long)(x >> 64), (unsigned long)x); }
volatile I a = -((I)1 << 100) + 12345, b = 987654321987654321;
volatile U c = ((U)0xdeadbeefcafebabe << 64) | 0x123456789abcdef0, e = 1000000007;
volatile int n = 67;
#define TEST(x) show(x);
#define OVER(op, T, x, y) \
  { T r; int o = __builtin_##op##_overflow(x, y, &r); printf("%d ", o); show((U)(I)r); \
    printf("%d\n", __builtin_##op##_overflow_p(x, y, (T)0)); }
int main(void) {
  TEST(a + b) TEST(a - b) TEST(a * b) TEST(a / b) TEST(a % b) TEST(-a) TEST(~a)
  printf("\n");
  TEST(c + e) TEST(c - e) TEST(c * e) TEST(c / e) TEST(c % e) TEST(c & e) TEST(c | e) TEST(c ^ e)
  printf("\n");
  for (int k = 0; k < 128; k += 21) { TEST(c << k) TEST(c >> k) TEST(a >> k) }
  printf("\n%d%d%d%d %d%d%d%d\n", a < b, a > b, a == b, a <= b, c < e, c > e, c != e, c >= e);
  printf("%g %g %Lg %d %d\n", (double)a, (float)c, (long double)c, (int)a, a ? 1 : 0);
  TEST((I)-1e30) TEST((U)1e38) TEST((I)2.5f) TEST((I)-7.5L)
  a += 5; a <<= 3; c++; a--; TEST(a) TEST(c)
  printf("\n");
  printf("%d %d\n", __builtin_popcountll(c >> 64), __builtin_clzll(e));
  switch (b) { case 987654321987654321: printf("yes\n"); break; default: printf("no\n"); }
  int i = 0x7fffffff; unsigned u = 0xffffffff; long l = -1; unsigned long ul = ~0ul; signed char s = -128;
  OVER(add, int, i, 1) OVER(add, unsigned, u, 1) OVER(add, long, l, ul) OVER(add, unsigned long, l, ul)
  OVER(add, char, s, s) OVER(add, I, l, ul) OVER(add, U, l, 0) OVER(add, long, u, i)
  OVER(sub, int, -2, i) OVER(sub, unsigned, 0, 1) OVER(sub, U, 0, 1) OVER(sub, I, 0, ul) OVER(sub, short, s, i)
  OVER(mul, int, i, 2) OVER(mul, unsigned long, ul, ul) OVER(mul, U, ul, ul) OVER(mul, I, ul, ul)
  OVER(mul, long, l, l) OVER(mul, I, (I)a, (I)b) OVER(mul, U, (U)c, 2) OVER(mul, I, (I)c, -1) OVER(mul, int, s, s)
  OVER(add, I, ((I)1 << 126) * 1, (I)1 << 126) OVER(mul, I, -((I)1 << 64), (I)1 << 63) OVER(mul, U, -1, -1)
  return 0;
}
