/* Complex arithmetic of every kind. */
#include <stdio.h>
#include <complex.h>
#include <math.h>
volatile double complex a = 1.5 + 2 * I, b = -3 + 0.5 * I;
volatile float complex f = 2 - 1.25f * I;
volatile long double complex l = 1 + 1 * I;
volatile _Complex int n, m;
#define P(x) printf("(%g %g) ", (double)creal(x), (double)cimag(x));
static double complex mul(double complex x, double complex y) { return x * y; }
static float complex conjugate(float complex x) { return ~x; }
struct holder { float complex c; int n; };
static struct holder make(float complex c) { return (struct holder){c * c, 3}; }
int main(void) {
  P(a + b) P(a - b) P(a * b) P(a / b) P(-a) P(~a) P(mul(a, b)) P(conjugate(f)) printf("\n");
  P(f * f) P(f / (float)2) P(f + a) P(l * a) P(l / b) P(l - l) P(f * 2) printf("\n");
  printf("%d %d %d %d\n", a == b, a != b, a == a, a ? 1 : 0);
  __real__ n = 7; __imag__ n = -3; __real__ m = 2; __imag__ m = 5;
  _Complex int r = n * m; printf("%d %d ", __real__ r, __imag__ r);
  r = n / m; printf("%d %d ", __real__ r, __imag__ r);
  r = n + m; printf("%d %d ", __real__ r, __imag__ r);
  r = -n; printf("%d %d ", __real__ r, __imag__ r);
  r = a; printf("%d %d\n", __real__ r, __imag__ r);
  double complex z = a; z *= b; z += 1; z /= f; z -= I; P(z)
  z = n; P(z) z = 4; P(z) printf("%g\n", (double)z);
  double complex inf = mul(INFINITY + I * NAN, 1 + I); printf("%d\n", isinf(creal(inf)) || isinf(cimag(inf)));
  struct holder h = make(f); P(h.c) printf("%d\n", h.n);
  P(csqrt(-4)) P(cexp(I)) printf("%g\n", cabs(a));
  P(__builtin_complex(1.0, -0.0)) printf("%d\n", !!signbit(cimag(__builtin_complex(1.0, -0.0))));
  double complex array[3] = {1, I, [2] = 2 + 3 * I}, sum = 0;
  for (int k = 0; k < 3; k++) sum += array[k] * (k + 1);
  P(sum) __imag__ sum = 9; P(sum) printf("\n");
  double complex minus = 0.0 - (0.0 + 0.0 * I), product = -1.0 * (0.0 + 0.0 * I), quotient = (1.0 + 2.0 * I) / -0.5;
  printf("%g %g %g %g %g %g\n", creal(minus), cimag(minus), creal(product), cimag(product), creal(quotient), cimag(quotient));
  printf("%g %g\n", creal(2.0 / a), cimag(2.0 / a));
  return 0;
}
