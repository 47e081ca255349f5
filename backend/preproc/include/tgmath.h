/* <tgmath.h>, by _Generic: integers count as double. */
#ifndef __TGMATH_H
#define __TGMATH_H 1
#if __STDC_VERSION__ > 201710L
#define __STDC_VERSION_TGMATH_H__ 202311L
#endif
#include <complex.h>
#include <math.h>

/* A value of the floating type an argument counts as, never evaluated. */
#define __tg_of(x) \
    _Generic((x), \
        float: 0.0f, \
        long double: 0.0L, \
        float _Complex: (float _Complex)0, \
        double _Complex: (double _Complex)0, \
        long double _Complex: (long double _Complex)0, \
        default: 0.0)
#define __tg_real(type, name) \
    _Generic((type), float: name##f, long double: name##l, default: name)
#define __tg_both(type, real, complex) \
    _Generic((type), \
        float: real##f, \
        long double: real##l, \
        float _Complex: complex##f, \
        double _Complex: complex, \
        long double _Complex: complex##l, \
        default: real)
#define __tg_complex(type, name) \
    _Generic((type), \
        float: name##f, \
        float _Complex: name##f, \
        long double: name##l, \
        long double _Complex: name##l, \
        default: name)

#undef acos
#define acos(x) __tg_both(__tg_of(x), acos, cacos)(x)
#undef asin
#define asin(x) __tg_both(__tg_of(x), asin, casin)(x)
#undef atan
#define atan(x) __tg_both(__tg_of(x), atan, catan)(x)
#undef acosh
#define acosh(x) __tg_both(__tg_of(x), acosh, cacosh)(x)
#undef asinh
#define asinh(x) __tg_both(__tg_of(x), asinh, casinh)(x)
#undef atanh
#define atanh(x) __tg_both(__tg_of(x), atanh, catanh)(x)
#undef cos
#define cos(x) __tg_both(__tg_of(x), cos, ccos)(x)
#undef sin
#define sin(x) __tg_both(__tg_of(x), sin, csin)(x)
#undef tan
#define tan(x) __tg_both(__tg_of(x), tan, ctan)(x)
#undef cosh
#define cosh(x) __tg_both(__tg_of(x), cosh, ccosh)(x)
#undef sinh
#define sinh(x) __tg_both(__tg_of(x), sinh, csinh)(x)
#undef tanh
#define tanh(x) __tg_both(__tg_of(x), tanh, ctanh)(x)
#undef exp
#define exp(x) __tg_both(__tg_of(x), exp, cexp)(x)
#undef log
#define log(x) __tg_both(__tg_of(x), log, clog)(x)
#undef sqrt
#define sqrt(x) __tg_both(__tg_of(x), sqrt, csqrt)(x)
#undef pow
#define pow(x, y) __tg_both(__tg_of(x) + __tg_of(y), pow, cpow)((x), (y))
#undef fabs
#define fabs(x) __tg_both(__tg_of(x), fabs, cabs)(x)
#undef cbrt
#define cbrt(x) __tg_real(__tg_of(x), cbrt)(x)
#undef ceil
#define ceil(x) __tg_real(__tg_of(x), ceil)(x)
#undef erf
#define erf(x) __tg_real(__tg_of(x), erf)(x)
#undef erfc
#define erfc(x) __tg_real(__tg_of(x), erfc)(x)
#undef exp2
#define exp2(x) __tg_real(__tg_of(x), exp2)(x)
#undef expm1
#define expm1(x) __tg_real(__tg_of(x), expm1)(x)
#undef floor
#define floor(x) __tg_real(__tg_of(x), floor)(x)
#undef ilogb
#define ilogb(x) __tg_real(__tg_of(x), ilogb)(x)
#undef lgamma
#define lgamma(x) __tg_real(__tg_of(x), lgamma)(x)
#undef llrint
#define llrint(x) __tg_real(__tg_of(x), llrint)(x)
#undef llround
#define llround(x) __tg_real(__tg_of(x), llround)(x)
#undef log10
#define log10(x) __tg_real(__tg_of(x), log10)(x)
#undef log1p
#define log1p(x) __tg_real(__tg_of(x), log1p)(x)
#undef log2
#define log2(x) __tg_real(__tg_of(x), log2)(x)
#undef logb
#define logb(x) __tg_real(__tg_of(x), logb)(x)
#undef lrint
#define lrint(x) __tg_real(__tg_of(x), lrint)(x)
#undef lround
#define lround(x) __tg_real(__tg_of(x), lround)(x)
#undef nearbyint
#define nearbyint(x) __tg_real(__tg_of(x), nearbyint)(x)
#undef rint
#define rint(x) __tg_real(__tg_of(x), rint)(x)
#undef round
#define round(x) __tg_real(__tg_of(x), round)(x)
#undef tgamma
#define tgamma(x) __tg_real(__tg_of(x), tgamma)(x)
#undef trunc
#define trunc(x) __tg_real(__tg_of(x), trunc)(x)
#undef atan2
#define atan2(x, y) __tg_real(__tg_of(x) + __tg_of(y), atan2)((x), (y))
#undef copysign
#define copysign(x, y) __tg_real(__tg_of(x) + __tg_of(y), copysign)((x), (y))
#undef fdim
#define fdim(x, y) __tg_real(__tg_of(x) + __tg_of(y), fdim)((x), (y))
#undef fmax
#define fmax(x, y) __tg_real(__tg_of(x) + __tg_of(y), fmax)((x), (y))
#undef fmin
#define fmin(x, y) __tg_real(__tg_of(x) + __tg_of(y), fmin)((x), (y))
#undef fmod
#define fmod(x, y) __tg_real(__tg_of(x) + __tg_of(y), fmod)((x), (y))
#undef hypot
#define hypot(x, y) __tg_real(__tg_of(x) + __tg_of(y), hypot)((x), (y))
#undef nextafter
#define nextafter(x, y) __tg_real(__tg_of(x) + __tg_of(y), nextafter)((x), (y))
#undef remainder
#define remainder(x, y) __tg_real(__tg_of(x) + __tg_of(y), remainder)((x), (y))
#undef frexp
#define frexp(x, n) __tg_real(__tg_of(x), frexp)((x), (n))
#undef ldexp
#define ldexp(x, n) __tg_real(__tg_of(x), ldexp)((x), (n))
#undef scalbn
#define scalbn(x, n) __tg_real(__tg_of(x), scalbn)((x), (n))
#undef scalbln
#define scalbln(x, n) __tg_real(__tg_of(x), scalbln)((x), (n))
#undef nexttoward
#define nexttoward(x, n) __tg_real(__tg_of(x), nexttoward)((x), (n))
#undef remquo
#define remquo(x, y, q) __tg_real(__tg_of(x) + __tg_of(y), remquo)((x), (y), (q))
#undef fma
#define fma(x, y, z) __tg_real(__tg_of(x) + __tg_of(y) + __tg_of(z), fma)((x), (y), (z))
#undef carg
#define carg(x) __tg_complex(__tg_of(x), carg)(x)
#undef cimag
#define cimag(x) __tg_complex(__tg_of(x), cimag)(x)
#undef conj
#define conj(x) __tg_complex(__tg_of(x), conj)(x)
#undef cproj
#define cproj(x) __tg_complex(__tg_of(x), cproj)(x)
#undef creal
#define creal(x) __tg_complex(__tg_of(x), creal)(x)
#endif
