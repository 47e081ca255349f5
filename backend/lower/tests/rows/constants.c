// Values known before the program runs: what gcc folds in the initialisers of static objects.
#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static _Complex double product = (1.0 + 2.0i) * (3.0 + 4.0i), quotient = (1.0 + 2.0i) / (3.0 + 4.0i);
static _Complex float third = (1.0f + 1.0fi) / (3.0f - 1.0fi);
static _Complex long double wide = (1.0L + 2.0iL) / (1.0L + 1.0iL);
static volatile _Complex double undefined = __builtin_complex(1.0, 1.0) / __builtin_complex(0.0, __builtin_nan(""));
static double of_library[] = {sin(1.0), cos(0.5), exp(1.0), log(2.0), pow(2.5, 3.1), atan2(1, 2), hypot(3, 4), cbrt(27), fmod(7.5, 2)};
static float of_floats[] = {sinf(1.0f), powf(2.5f, 3.1f), sqrtf(2.0f)};

static volatile double invalid[] = {0.0 / 0.0, __builtin_inf() - __builtin_inf(), -(0.0 / 0.0)};

static volatile float f = __builtin_nansf("");
static volatile double d = __builtin_nans("0x12");
static volatile long double l = __builtin_nansl("");
static volatile _Float128 q = __builtin_nansf128("");

static void bits(const volatile void *p, int size) {
    for (int i = size - 1; i >= 0; i--) printf("%02x", ((const volatile unsigned char *)p)[i]);
    printf("\n");
}

int main(void) {
    printf("%g %g %g %g\n", creal(product), cimag(product), creal(quotient), cimag(quotient));
    printf("%.9g %.9g %Lg %Lg\n", crealf(third), cimagf(third), creall(wide), cimagl(wide));
    printf("%d %d\n", isnan(creal(undefined)), isnan(cimag(undefined)));
    for (int i = 0; i < 9; i++) printf("%.17g ", of_library[i]);
    for (int i = 0; i < 3; i++) printf("%.9g ", of_floats[i]);
    printf("\n");
    bits(&f, 4); bits(&d, 8); bits(&l, 10); bits(&q, 16);
    volatile double run = 0.0 / 0.0;
    bits(&invalid[0], 8); bits(&invalid[1], 8); bits(&invalid[2], 8); bits(&run, 8);
    struct whole { int a : 3, b : 5; struct { char c[3]; short d; } in; };
    static const struct whole whole = (struct whole){1, -7, {"xy", 9}};
    printf("%d %d %s %d\n", whole.a, whole.b, whole.in.c, whole.in.d);
    const int local = 40;
    static int of_local = local + 2;
    printf("%d\n", of_local);
    volatile float g = __builtin_nansf("3");
    volatile double e = -__builtin_nan("7");
    bits(&g, 4); bits(&e, 8);
    return 0;
}
