/* <smmintrin.h>: the SSE4.1 and SSE4.2 functions, in vector C. */
#ifndef _SMMINTRIN_H_INCLUDED
#define _SMMINTRIN_H_INCLUDED
#include <tmmintrin.h>
#include <popcntintrin.h>

#define _MM_FROUND_TO_NEAREST_INT 0x00
#define _MM_FROUND_TO_NEG_INF 0x01
#define _MM_FROUND_TO_POS_INF 0x02
#define _MM_FROUND_TO_ZERO 0x03
#define _MM_FROUND_CUR_DIRECTION 0x04
#define _MM_FROUND_RAISE_EXC 0x00
#define _MM_FROUND_NO_EXC 0x08
#define _MM_FROUND_NINT (_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_RAISE_EXC)
#define _MM_FROUND_FLOOR (_MM_FROUND_TO_NEG_INF | _MM_FROUND_RAISE_EXC)
#define _MM_FROUND_CEIL (_MM_FROUND_TO_POS_INF | _MM_FROUND_RAISE_EXC)
#define _MM_FROUND_TRUNC (_MM_FROUND_TO_ZERO | _MM_FROUND_RAISE_EXC)
#define _MM_FROUND_RINT (_MM_FROUND_CUR_DIRECTION | _MM_FROUND_RAISE_EXC)
#define _MM_FROUND_NEARBYINT (_MM_FROUND_CUR_DIRECTION | _MM_FROUND_NO_EXC)

/* ---------------------------------------------------------------- choosing */

__tine_sse __m128i _mm_blend_epi16(__m128i __a, __m128i __b, int __m) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    for (__i = 0; __i < 8; __i++)
        if (__m >> __i & 1)
            __x[__i] = __y[__i];
    return (__m128i)__x;
}

__tine_sse __m128i _mm_blendv_epi8(__m128i __a, __m128i __b, __m128i __m) {
    __v16qu __take = (__v16qu)((__v16qs)__m < 0);
    return (__m128i)(((__v16qu)__b & __take) | ((__v16qu)__a & ~__take));
}

__tine_sse __m128 _mm_blend_ps(__m128 __a, __m128 __b, int __m) {
    int __i;
    for (__i = 0; __i < 4; __i++)
        if (__m >> __i & 1)
            __a[__i] = __b[__i];
    return __a;
}

__tine_sse __m128 _mm_blendv_ps(__m128 __a, __m128 __b, __m128 __m) {
    __v4su __take = (__v4su)((__v4si)__m < 0);
    return (__m128)(((__v4su)__b & __take) | ((__v4su)__a & ~__take));
}

__tine_sse __m128d _mm_blend_pd(__m128d __a, __m128d __b, int __m) {
    return (__m128d){__m & 1 ? __b[0] : __a[0], __m & 2 ? __b[1] : __a[1]};
}

__tine_sse __m128d _mm_blendv_pd(__m128d __a, __m128d __b, __m128d __m) {
    __v2du __take = (__v2du)((__v2di)__m < 0);
    return (__m128d)(((__v2du)__b & __take) | ((__v2du)__a & ~__take));
}

/* ---------------------------------------------------------------- comparing, least, greatest */

__tine_sse __m128i _mm_cmpeq_epi64(__m128i __a, __m128i __b) {
    return (__m128i)((__v2di)__a == (__v2di)__b);
}

__tine_sse __m128i _mm_cmpgt_epi64(__m128i __a, __m128i __b) {
    return (__m128i)((__v2di)__a > (__v2di)__b);
}

__tine_sse __m128i _mm_min_epi8(__m128i __a, __m128i __b) {
    __v16qs __x = (__v16qs)__a, __y = (__v16qs)__b;
    __v16qs __take = (__v16qs)(__x < __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_min_epu16(__m128i __a, __m128i __b) {
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    __v8hu __take = (__v8hu)(__x < __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_min_epi32(__m128i __a, __m128i __b) {
    __v4si __x = (__v4si)__a, __y = (__v4si)__b;
    __v4si __take = (__v4si)(__x < __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_min_epu32(__m128i __a, __m128i __b) {
    __v4su __x = (__v4su)__a, __y = (__v4su)__b;
    __v4su __take = (__v4su)(__x < __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_max_epi8(__m128i __a, __m128i __b) {
    __v16qs __x = (__v16qs)__a, __y = (__v16qs)__b;
    __v16qs __take = (__v16qs)(__x > __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_max_epu16(__m128i __a, __m128i __b) {
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    __v8hu __take = (__v8hu)(__x > __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_max_epi32(__m128i __a, __m128i __b) {
    __v4si __x = (__v4si)__a, __y = (__v4si)__b;
    __v4si __take = (__v4si)(__x > __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_max_epu32(__m128i __a, __m128i __b) {
    __v4su __x = (__v4su)__a, __y = (__v4su)__b;
    __v4su __take = (__v4su)(__x > __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_minpos_epu16(__m128i __a) {
    int __i, __at = 0;
    __v8hu __x = (__v8hu)__a;
    for (__i = 1; __i < 8; __i++)
        if (__x[__i] < __x[__at])
            __at = __i;
    return (__m128i)(__v8hu){__x[__at], __at};
}

/* ---------------------------------------------------------------- widening */

__tine_sse __m128i _mm_cvtepi8_epi16(__m128i __a) {
    __v16qs __x = (__v16qs)__a;
    return (__m128i)(__v8hi){__x[0], __x[1], __x[2], __x[3], __x[4], __x[5], __x[6], __x[7]};
}

__tine_sse __m128i _mm_cvtepu8_epi16(__m128i __a) {
    __v16qu __x = (__v16qu)__a;
    return (__m128i)(__v8hi){__x[0], __x[1], __x[2], __x[3], __x[4], __x[5], __x[6], __x[7]};
}

__tine_sse __m128i _mm_cvtepi8_epi32(__m128i __a) {
    __v16qs __x = (__v16qs)__a;
    return (__m128i)(__v4si){__x[0], __x[1], __x[2], __x[3]};
}

__tine_sse __m128i _mm_cvtepu8_epi32(__m128i __a) {
    __v16qu __x = (__v16qu)__a;
    return (__m128i)(__v4si){__x[0], __x[1], __x[2], __x[3]};
}

__tine_sse __m128i _mm_cvtepi8_epi64(__m128i __a) {
    __v16qs __x = (__v16qs)__a;
    return (__m128i)(__v2di){__x[0], __x[1]};
}

__tine_sse __m128i _mm_cvtepu8_epi64(__m128i __a) {
    __v16qu __x = (__v16qu)__a;
    return (__m128i)(__v2di){__x[0], __x[1]};
}

__tine_sse __m128i _mm_cvtepi16_epi32(__m128i __a) {
    __v8hi __x = (__v8hi)__a;
    return (__m128i)(__v4si){__x[0], __x[1], __x[2], __x[3]};
}

__tine_sse __m128i _mm_cvtepu16_epi32(__m128i __a) {
    __v8hu __x = (__v8hu)__a;
    return (__m128i)(__v4si){__x[0], __x[1], __x[2], __x[3]};
}

__tine_sse __m128i _mm_cvtepi16_epi64(__m128i __a) {
    __v8hi __x = (__v8hi)__a;
    return (__m128i)(__v2di){__x[0], __x[1]};
}

__tine_sse __m128i _mm_cvtepu16_epi64(__m128i __a) {
    __v8hu __x = (__v8hu)__a;
    return (__m128i)(__v2di){__x[0], __x[1]};
}

__tine_sse __m128i _mm_cvtepi32_epi64(__m128i __a) {
    __v4si __x = (__v4si)__a;
    return (__m128i)(__v2di){__x[0], __x[1]};
}

__tine_sse __m128i _mm_cvtepu32_epi64(__m128i __a) {
    __v4su __x = (__v4su)__a;
    return (__m128i)(__v2di){__x[0], __x[1]};
}

/* ---------------------------------------------------------------- products and sums */

__tine_sse __m128 _mm_dp_ps(__m128 __a, __m128 __b, int __m) {
    float __p0 = __m & 16 ? __a[0] * __b[0] : 0, __p1 = __m & 32 ? __a[1] * __b[1] : 0;
    float __p2 = __m & 64 ? __a[2] * __b[2] : 0, __p3 = __m & 128 ? __a[3] * __b[3] : 0;
    float __sum = (__p0 + __p1) + (__p2 + __p3);
    return (__m128){
        __m & 1 ? __sum : 0,
        __m & 2 ? __sum : 0,
        __m & 4 ? __sum : 0,
        __m & 8 ? __sum : 0,
    };
}

__tine_sse __m128d _mm_dp_pd(__m128d __a, __m128d __b, int __m) {
    double __p0 = __m & 16 ? __a[0] * __b[0] : 0, __p1 = __m & 32 ? __a[1] * __b[1] : 0;
    double __sum = __p0 + __p1;
    return (__m128d){__m & 1 ? __sum : 0, __m & 2 ? __sum : 0};
}

__tine_sse __m128i _mm_mul_epi32(__m128i __a, __m128i __b) {
    __v4si __x = (__v4si)__a, __y = (__v4si)__b;
    return (__m128i){(long long)__x[0] * __y[0], (long long)__x[2] * __y[2]};
}

__tine_sse __m128i _mm_mullo_epi32(__m128i __a, __m128i __b) {
    return (__m128i)((__v4su)__a * (__v4su)__b);
}

__tine_sse __m128i _mm_mpsadbw_epu8(__m128i __a, __m128i __b, int __m) {
    int __i, __k, __from = (__m >> 2 & 1) * 4, __with = (__m & 3) * 4;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    __v8hu __r = {0};
    for (__i = 0; __i < 8; __i++)
        for (__k = 0; __k < 4; __k++) {
            int __d = __x[__from + __i + __k] - __y[__with + __k];
            __r[__i] += __d < 0 ? -__d : __d;
        }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_packus_epi32(__m128i __a, __m128i __b) {
    int __i;
    __v4si __x = (__v4si)__a, __y = (__v4si)__b;
    __v8hu __r = {0};
    for (__i = 0; __i < 4; __i++) {
        __r[__i] = __x[__i] < 0 ? 0 : __x[__i] > 65535 ? 65535 : __x[__i];
        __r[__i + 4] = __y[__i] < 0 ? 0 : __y[__i] > 65535 ? 65535 : __y[__i];
    }
    return (__m128i)__r;
}

/* ---------------------------------------------------------------- lanes */

__tine_sse int _mm_extract_epi8(__m128i __a, int __n) {
    return ((__v16qu)__a)[__n & 15];
}

__tine_sse int _mm_extract_epi32(__m128i __a, int __n) {
    return ((__v4si)__a)[__n & 3];
}

__tine_sse long long _mm_extract_epi64(__m128i __a, int __n) {
    return __a[__n & 1];
}

__tine_sse int _mm_extract_ps(__m128 __a, int __n) {
    return ((__v4si)__a)[__n & 3];
}

#define _MM_EXTRACT_FLOAT(to, from, n) ((to) = ((__v4sf)(from))[(n) & 3])
#define _MM_PICK_OUT_PS(from, n) \
    _mm_insert_ps(_mm_setzero_ps(), (from), _MM_MK_INSERTPS_NDX((n), 0, 0x0e))
#define _MM_MK_INSERTPS_NDX(from, to, zero) (((from) << 6) | ((to) << 4) | (zero))

__tine_sse __m128i _mm_insert_epi8(__m128i __a, int __v, int __n) {
    __v16qu __x = (__v16qu)__a;
    __x[__n & 15] = __v;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_insert_epi32(__m128i __a, int __v, int __n) {
    __v4si __x = (__v4si)__a;
    __x[__n & 3] = __v;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_insert_epi64(__m128i __a, long long __v, int __n) {
    __a[__n & 1] = __v;
    return __a;
}

__tine_sse __m128 _mm_insert_ps(__m128 __a, __m128 __b, int __m) {
    int __i;
    __a[__m >> 4 & 3] = __b[__m >> 6 & 3];
    for (__i = 0; __i < 4; __i++)
        if (__m >> __i & 1)
            __a[__i] = 0;
    return __a;
}

__tine_sse __m128i _mm_stream_load_si128(__m128i *__p) {
    return *__p;
}

/* ---------------------------------------------------------------- rounding */

__tine_sse double __tine_round(double __x, int __mode) {
    if (__mode & _MM_FROUND_CUR_DIRECTION)
        return __builtin_rint(__x);
    switch (__mode & 3) {
    case _MM_FROUND_TO_NEG_INF: return __builtin_floor(__x);
    case _MM_FROUND_TO_POS_INF: return __builtin_ceil(__x);
    case _MM_FROUND_TO_ZERO: return __builtin_trunc(__x);
    default: return __builtin_roundeven(__x);
    }
}

__tine_sse __m128d _mm_round_pd(__m128d __a, int __mode) {
    return (__m128d){__tine_round(__a[0], __mode), __tine_round(__a[1], __mode)};
}

__tine_sse __m128d _mm_round_sd(__m128d __a, __m128d __b, int __mode) {
    __a[0] = __tine_round(__b[0], __mode);
    return __a;
}

__tine_sse __m128 _mm_round_ps(__m128 __a, int __mode) {
    int __i;
    for (__i = 0; __i < 4; __i++)
        __a[__i] = __tine_round(__a[__i], __mode);
    return __a;
}

__tine_sse __m128 _mm_round_ss(__m128 __a, __m128 __b, int __mode) {
    __a[0] = __tine_round(__b[0], __mode);
    return __a;
}

#define _mm_ceil_pd(a) _mm_round_pd((a), _MM_FROUND_CEIL)
#define _mm_ceil_sd(a, b) _mm_round_sd((a), (b), _MM_FROUND_CEIL)
#define _mm_floor_pd(a) _mm_round_pd((a), _MM_FROUND_FLOOR)
#define _mm_floor_sd(a, b) _mm_round_sd((a), (b), _MM_FROUND_FLOOR)
#define _mm_ceil_ps(a) _mm_round_ps((a), _MM_FROUND_CEIL)
#define _mm_ceil_ss(a, b) _mm_round_ss((a), (b), _MM_FROUND_CEIL)
#define _mm_floor_ps(a) _mm_round_ps((a), _MM_FROUND_FLOOR)
#define _mm_floor_ss(a, b) _mm_round_ss((a), (b), _MM_FROUND_FLOOR)

/* ---------------------------------------------------------------- tests */

__tine_sse int _mm_testz_si128(__m128i __a, __m128i __b) {
    __m128i __r = __a & __b;
    return (__r[0] | __r[1]) == 0;
}

__tine_sse int _mm_testc_si128(__m128i __a, __m128i __b) {
    __m128i __r = ~__a & __b;
    return (__r[0] | __r[1]) == 0;
}

__tine_sse int _mm_testnzc_si128(__m128i __a, __m128i __b) {
    return !_mm_testz_si128(__a, __b) && !_mm_testc_si128(__a, __b);
}

#define _mm_test_all_zeros(mask, value) _mm_testz_si128((mask), (value))
#define _mm_test_mix_ones_zeros(mask, value) _mm_testnzc_si128((mask), (value))
#define _mm_test_all_ones(value) _mm_testc_si128((value), _mm_cmpeq_epi32((value), (value)))

/* ---------------------------------------------------------------- strings */

#define _SIDD_UBYTE_OPS 0x00
#define _SIDD_UWORD_OPS 0x01
#define _SIDD_SBYTE_OPS 0x02
#define _SIDD_SWORD_OPS 0x03
#define _SIDD_CMP_EQUAL_ANY 0x00
#define _SIDD_CMP_RANGES 0x04
#define _SIDD_CMP_EQUAL_EACH 0x08
#define _SIDD_CMP_EQUAL_ORDERED 0x0c
#define _SIDD_POSITIVE_POLARITY 0x00
#define _SIDD_NEGATIVE_POLARITY 0x10
#define _SIDD_MASKED_POSITIVE_POLARITY 0x20
#define _SIDD_MASKED_NEGATIVE_POLARITY 0x30
#define _SIDD_LEAST_SIGNIFICANT 0x00
#define _SIDD_MOST_SIGNIFICANT 0x40
#define _SIDD_BIT_MASK 0x00
#define _SIDD_UNIT_MASK 0x40

static __inline int __tine_unit(__m128i __a, int __n, int __mode) {
    switch (__mode & 3) {
    case _SIDD_UBYTE_OPS: return ((__v16qu)__a)[__n];
    case _SIDD_UWORD_OPS: return ((__v8hu)__a)[__n];
    case _SIDD_SBYTE_OPS: return ((__v16qs)__a)[__n];
    default: return ((__v8hi)__a)[__n];
    }
}

/* How many units a string has: up to its zero, or as many as are said. */
static __inline int __tine_units(__m128i __a, int __said, int __implicit, int __mode) {
    int __n, __most = __mode & 1 ? 8 : 16;
    if (__implicit) {
        for (__n = 0; __n < __most && __tine_unit(__a, __n, __mode) != 0; __n++)
            ;
        return __n;
    }
    return __said < -__most || __said > __most ? __most : __said < 0 ? -__said : __said;
}

/* The comparison's bits, before what the result is made of. */
static __inline int __tine_string(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    int __i, __j, __r = 0, __most = __mode & 1 ? 8 : 16;
    for (__j = 0; __j < __most; __j++) {
        int __bit = 0, __y = __tine_unit(__b, __j, __mode);
        switch (__mode & 12) {
        case _SIDD_CMP_EQUAL_ANY:
            for (__i = 0; __i < __la && __j < __lb; __i++)
                __bit |= __tine_unit(__a, __i, __mode) == __y;
            break;
        case _SIDD_CMP_RANGES:
            for (__i = 0; __i + 1 < __la && __j < __lb; __i += 2)
                __bit |= __tine_unit(__a, __i, __mode) <= __y
                         && __y <= __tine_unit(__a, __i + 1, __mode);
            break;
        case _SIDD_CMP_EQUAL_EACH:
            __bit = __j < __la && __j < __lb ? __tine_unit(__a, __j, __mode) == __y
                                             : __j >= __la && __j >= __lb;
            break;
        default:
            __bit = 1;
            for (__i = 0; __i < __la && __j + __i < __most; __i++)
                if (__j + __i >= __lb
                    || __tine_unit(__a, __i, __mode) != __tine_unit(__b, __j + __i, __mode))
                    __bit = 0;
            break;
        }
        __r |= __bit << __j;
    }
    switch (__mode & 48) {
    case _SIDD_NEGATIVE_POLARITY: return __r ^ ((1 << __most) - 1);
    case _SIDD_MASKED_NEGATIVE_POLARITY: return __r ^ ((1 << __lb) - 1);
    default: return __r;
    }
}

static __inline int __tine_string_index(int __bits, int __mode) {
    if (__bits == 0)
        return __mode & 1 ? 8 : 16;
    return __mode & _SIDD_MOST_SIGNIFICANT ? 31 - __builtin_clz(__bits) : __builtin_ctz(__bits);
}

static __inline __m128i __tine_string_mask(int __bits, int __mode) {
    int __i;
    __v16qu __r = {0};
    if (!(__mode & _SIDD_UNIT_MASK))
        return (__m128i){__bits, 0};
    for (__i = 0; __i < 16; __i++)
        __r[__i] = __bits >> (__mode & 1 ? __i / 2 : __i) & 1 ? 255 : 0;
    return (__m128i)__r;
}

__tine_sse __m128i _mm_cmpistrm(__m128i __a, __m128i __b, int __mode) {
    int __m = __tine_units(__a, 0, 1, __mode), __n = __tine_units(__b, 0, 1, __mode);
    return __tine_string_mask(__tine_string(__a, __m, __b, __n, __mode), __mode);
}

__tine_sse int _mm_cmpistri(__m128i __a, __m128i __b, int __mode) {
    int __m = __tine_units(__a, 0, 1, __mode), __n = __tine_units(__b, 0, 1, __mode);
    return __tine_string_index(__tine_string(__a, __m, __b, __n, __mode), __mode);
}

__tine_sse int _mm_cmpistrc(__m128i __a, __m128i __b, int __mode) {
    int __m = __tine_units(__a, 0, 1, __mode), __n = __tine_units(__b, 0, 1, __mode);
    return __tine_string(__a, __m, __b, __n, __mode) != 0;
}

__tine_sse int _mm_cmpistro(__m128i __a, __m128i __b, int __mode) {
    int __m = __tine_units(__a, 0, 1, __mode), __n = __tine_units(__b, 0, 1, __mode);
    return __tine_string(__a, __m, __b, __n, __mode) & 1;
}

__tine_sse int _mm_cmpistra(__m128i __a, __m128i __b, int __mode) {
    int __m = __tine_units(__a, 0, 1, __mode), __n = __tine_units(__b, 0, 1, __mode);
    return __tine_string(__a, __m, __b, __n, __mode) == 0 && __n == (__mode & 1 ? 8 : 16);
}

__tine_sse int _mm_cmpistrs(__m128i __a, __m128i __b, int __mode) {
    (void)__b;
    return __tine_units(__a, 0, 1, __mode) < (__mode & 1 ? 8 : 16);
}

__tine_sse int _mm_cmpistrz(__m128i __a, __m128i __b, int __mode) {
    (void)__a;
    return __tine_units(__b, 0, 1, __mode) < (__mode & 1 ? 8 : 16);
}

__tine_sse __m128i _mm_cmpestrm(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    int __m = __tine_units(__a, __la, 0, __mode), __n = __tine_units(__b, __lb, 0, __mode);
    return __tine_string_mask(__tine_string(__a, __m, __b, __n, __mode), __mode);
}

__tine_sse int _mm_cmpestri(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    int __m = __tine_units(__a, __la, 0, __mode), __n = __tine_units(__b, __lb, 0, __mode);
    return __tine_string_index(__tine_string(__a, __m, __b, __n, __mode), __mode);
}

__tine_sse int _mm_cmpestrc(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    int __m = __tine_units(__a, __la, 0, __mode), __n = __tine_units(__b, __lb, 0, __mode);
    return __tine_string(__a, __m, __b, __n, __mode) != 0;
}

__tine_sse int _mm_cmpestro(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    int __m = __tine_units(__a, __la, 0, __mode), __n = __tine_units(__b, __lb, 0, __mode);
    return __tine_string(__a, __m, __b, __n, __mode) & 1;
}

__tine_sse int _mm_cmpestra(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    int __m = __tine_units(__a, __la, 0, __mode), __n = __tine_units(__b, __lb, 0, __mode);
    return __tine_string(__a, __m, __b, __n, __mode) == 0 && __n == (__mode & 1 ? 8 : 16);
}

__tine_sse int _mm_cmpestrs(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    (void)__b;
    (void)__lb;
    return __tine_units(__a, __la, 0, __mode) < (__mode & 1 ? 8 : 16);
}

__tine_sse int _mm_cmpestrz(__m128i __a, int __la, __m128i __b, int __lb, int __mode) {
    (void)__a;
    (void)__la;
    return __tine_units(__b, __lb, 0, __mode) < (__mode & 1 ? 8 : 16);
}

/* ---------------------------------------------------------------- CRC-32C */

__tine_sse unsigned int _mm_crc32_u8(unsigned int __crc, unsigned char __v) {
    return __builtin_ia32_crc32qi(__crc, __v);
}

__tine_sse unsigned int _mm_crc32_u16(unsigned int __crc, unsigned short __v) {
    return __builtin_ia32_crc32hi(__crc, __v);
}

__tine_sse unsigned int _mm_crc32_u32(unsigned int __crc, unsigned int __v) {
    return __builtin_ia32_crc32si(__crc, __v);
}

__tine_sse unsigned long long _mm_crc32_u64(unsigned long long __crc, unsigned long long __v) {
    return __builtin_ia32_crc32di(__crc, __v);
}
#endif
