// Which comparisons of values that are no numbers raise FE_INVALID: orders do, equality and the
// macros that ask quietly do not.
#include <fenv.h>
#include <math.h>
#include <stdio.h>

#define ASK(format, expression)                                                      \
    do {                                                                             \
        feclearexcept(FE_ALL_EXCEPT);                                                \
        volatile int result = (expression) != 0;                                     \
        printf(format " %s: %d %d\n", #expression, result, !!fetestexcept(FE_INVALID)); \
    } while (0)

#define COMPARISONS(name, T, value, other)                                           \
    static void name(void) {                                                         \
        volatile T a = value, b = other;                                             \
        ASK(#T, a < b);                                                              \
        ASK(#T, a <= b);                                                             \
        ASK(#T, a > b);                                                              \
        ASK(#T, a >= b);                                                             \
        ASK(#T, !(a < b));                                                           \
        ASK(#T, a == b);                                                             \
        ASK(#T, a != b);                                                             \
        ASK(#T, b > a ? 1 : a < 1);                                                  \
        ASK(#T, isgreater(a, b));                                                    \
        ASK(#T, islessequal(a, b));                                                  \
        ASK(#T, islessgreater(a, b));                                                \
        ASK(#T, isunordered(a, b));                                                  \
        ASK(#T, isnan(a));                                                           \
        ASK(#T, isinf(a));                                                           \
        ASK(#T, isfinite(a));                                                        \
        ASK(#T, isnormal(a));                                                        \
        ASK(#T, signbit(a));                                                         \
        if (a < b || b < 1 && a > 0)                                                 \
            puts("branch");                                                          \
        while (a > b && b == b)                                                      \
            a = b;                                                                   \
    }

COMPARISONS(nan_float, float, NAN, 1)
COMPARISONS(nan_double, double, NAN, 1)
COMPARISONS(nan_long_double, long double, NAN, 1)
COMPARISONS(nan_quad, _Float128, NAN, 1)
COMPARISONS(float_nan, float, 1, NAN)
COMPARISONS(double_nan, double, 1, NAN)
COMPARISONS(both, double, NAN, NAN)
COMPARISONS(infinite, double, INFINITY, 3)
COMPARISONS(infinite_long, long double, -INFINITY, 3)
COMPARISONS(numbers, double, 4, 3)
COMPARISONS(equal, float, 3, 3)
COMPARISONS(long_numbers, long double, 4, 3)

int main(void) {
    nan_float();
    nan_double();
    nan_long_double();
    nan_quad();
    float_nan();
    double_nan();
    both();
    infinite();
    infinite_long();
    numbers();
    equal();
    long_numbers();
    volatile double d = NAN, e = 1e300, zero = 0;
    feclearexcept(FE_ALL_EXCEPT);
    volatile int i = (int)d;
    printf("%d\n", fetestexcept(FE_ALL_EXCEPT));
    feclearexcept(FE_ALL_EXCEPT);
    volatile float f = e;
    printf("%d\n", fetestexcept(FE_ALL_EXCEPT));
    feclearexcept(FE_ALL_EXCEPT);
    d = 1 / zero;
    printf("%d\n", fetestexcept(FE_ALL_EXCEPT));
    return f > 0 ? i == 0 : 2;
}
