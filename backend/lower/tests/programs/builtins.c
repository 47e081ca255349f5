/* Bits, frames, jumps, checked pointers: the builtins with no type family of their own. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
volatile unsigned u = 0x00f0a001; volatile unsigned long ul = 0x0123456789abcdeful; volatile int neg = -5; volatile unsigned zero;
static void *buffer[5]; static int depth;
__attribute__((noinline)) static void leap(void) { depth++; __builtin_longjmp(buffer, 1); }
static int total(int n, ...) { va_list ap, two; va_start(ap, n); va_copy(two, ap); int s = 0; while (n--) s += va_arg(ap, int); va_end(ap);
  s *= va_arg(two, int); va_end(two); return s; }
static double mixed(const char *f, ...) { va_list ap; va_start(ap, f); double s = 0;
  for (; *f; f++) switch (*f) { case 'i': s += va_arg(ap, int); break; case 'd': s += va_arg(ap, double); break;
    case 'l': s += va_arg(ap, long); break; case 'L': s += va_arg(ap, long double); break; case 's': s += strlen(va_arg(ap, char *)); break; }
  va_end(ap); return s; }
static int forward(const char *f, ...) { va_list ap; va_start(ap, f); int n = vprintf(f, ap); va_end(ap); return n; }
static double (*volatile indirect)(const char *, ...) = mixed;
struct big { long a[20]; }; static long last(int n, struct big b, ...) { va_list ap; va_start(ap, b); long r = va_arg(ap, struct big).a[19] + b.a[n]; va_end(ap); return r; }
int main(void) {
  printf("%d %d %d %d %d %d\n", __builtin_clz(u), __builtin_ctz(u), __builtin_popcount(u), __builtin_parity(u), __builtin_ffs(u), __builtin_clrsb(neg));
  printf("%d %d %d %d %d %d\n", __builtin_clzl(ul), __builtin_ctzl(ul), __builtin_popcountl(ul), __builtin_parityl(ul), __builtin_ffsl(ul), __builtin_clrsbl(neg));
  printf("%d %d\n", __builtin_ffs(zero), __builtin_ffsl(zero));
  printf("%x %x %lx\n", __builtin_bswap16(u), __builtin_bswap32(u), __builtin_bswap64(ul));
  printf("%ld %d\n", __builtin_expect(neg, 1), (int)(__builtin_expect(u == 3, 0)));
  if (__builtin_setjmp(buffer) == 0) leap(); printf("%d\n", depth);
  printf("%d %d\n", __builtin_frame_address(0) != 0, __builtin_return_address(0) != 0);
  char *p = __builtin_alloca(zero + 100); memset(p, 'x', 99); p[99] = 0; printf("%d\n", (int)strlen(p));
  printf("%d %g %g\n", total(3, 4, 5, 6), mixed("idlLs", -1, 2.5, 100L, 4.25L, "abc"), indirect("ddddddddddii", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 1, 2));
  printf("%d\n", forward("%d %s %g %c %Lg %ld %d %d\n", 1, "two", 3.0, '4', 5.0L, 6L, 7, 8));
  struct big b; for (int k = 0; k < 20; k++) b.a[k] = k; printf("%ld\n", last(5, b, b));
  printf("%d %d %d\n", __builtin_constant_p(3), __builtin_types_compatible_p(int, long), __builtin_object_size(buffer, 0) == 40);
  int r; printf("%d ", __builtin_sadd_overflow(0x7fffffff, 1, &r)); printf("%d\n", r);
  if (u == 0) __builtin_unreachable(); __builtin_prefetch(&u); printf("%d\n", abs(neg) + (int)labs(neg));
  return 0;
}
