/* _BitInt up to 128 bits; gcc of the day has none, so the output is kept beside it (clang agrees). */
#include <stdio.h>
typedef _BitInt(7) s7; typedef unsigned _BitInt(5) u5; typedef _BitInt(33) s33; typedef unsigned _BitInt(65) u65; typedef _BitInt(100) s100; typedef unsigned _BitInt(128) u128; typedef _BitInt(17) s17;
struct s { s7 a; u5 b; s33 c; u65 d; s100 e; char f; };
struct bf { s7 a : 3; u5 b : 4; s33 c : 20; };
static s7 add(s7 x, s7 y) { return x + y; }
__attribute__((noinline)) s100 mul(s100 x, s100 y) { return x * y; }
__attribute__((noinline)) struct s pass(struct s v, s33 k, u65 w) { v.c += k; v.d -= w; v.a++; v.b--; return v; }
static void show(u128 v) { printf("%016llx%016llx ", (unsigned long long)(v >> 64), (unsigned long long)v); }
volatile int one = 1;
int main(void) {
  s7 a = 63; a += one; printf("%d %d\n", (int)a, (int)add(a, a));
  u5 b = 31; b += one; printf("%d ", (int)b); b -= 1; printf("%d\n", (int)b);
  s33 c = 1wb; c <<= 32; printf("%lld %lld\n", (long long)c, (long long)(c >> 3));
  u65 d = 0; d -= 1; show(d); d /= 3; show(d); d %= 1000007; show(d); printf("\n");
  s100 e = -5; show(e); e *= 1000000007; show(e); e = mul(e, e); show(e); e /= -7; show(e); e %= 12345; show(e); printf("\n");
  u128 f = (u128)1 << 127; show(f); f += f - 1; show(f); show(~f); printf("\n");
  printf("%d %d %d %d\n", a < add(a, 1), b > 3, d == 5, e < 0);
  printf("%g %g %g\n", (double)a, (double)c, (double)e); s17 g = -3.7; printf("%d\n", (int)g); e = 1e25; show(e); d = 1e19; show(d); printf("\n");
  struct s v = {-5, 30, 7, 8, -9, 'x'}; v = pass(v, 100, 9); printf("%d %d %lld ", (int)v.a, (int)v.b, (long long)v.c); show(v.d); show(v.e); printf("%c %zu %zu\n", v.f, sizeof v, _Alignof(struct s));
  struct bf w = {-3, 9, -70000}; w.a++; w.b += 8; w.c *= 3; printf("%d %d %lld %zu\n", (int)w.a, (int)w.b, (long long)w.c, sizeof w);
  printf("%zu %zu %zu %zu %zu\n", sizeof(s7), sizeof(s33), sizeof(u65), sizeof(s100), sizeof(s17));
  a = one ? -63 : 0; a = -a; printf("%d %d %d\n", (int)a, (int)~a, !a); a >>= 2; printf("%d\n", (int)a); for (s7 i = 60; i > 0; i++) printf("%d ", (int)i); printf("\n");
  switch (c) { case -4294967296wb: printf("case\n"); break; default: printf("default %lld\n", (long long)c); }
  printf("%d %lld\n", (int)(a + c == c + a), (long long)(a * c)); u5 arr[3] = {1, 2, 35}; printf("%d %zu\n", (int)arr[2], sizeof arr);
  s7 *p = &a; *p = 17; *p <<= 3; printf("%d\n", (int)a); _Bool t = a; printf("%d\n", t); 
  return 0; }
