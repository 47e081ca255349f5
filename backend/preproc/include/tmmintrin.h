/* <tmmintrin.h>: the SSSE3 functions of 16-byte vectors, in vector C. */
#ifndef _TMMINTRIN_H_INCLUDED
#define _TMMINTRIN_H_INCLUDED
#include <pmmintrin.h>

__tine_sse short __tine_to_i16(int __x) {
    return __x < -32768 ? -32768 : __x > 32767 ? 32767 : __x;
}

__tine_sse __m128i _mm_hadd_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b, __r = __x;
    for (__i = 0; __i < 4; __i++) {
        __r[__i] = __x[2 * __i] + __x[2 * __i + 1];
        __r[__i + 4] = __y[2 * __i] + __y[2 * __i + 1];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_hadd_epi32(__m128i __a, __m128i __b) {
    int __i;
    __v4su __x = (__v4su)__a, __y = (__v4su)__b, __r = __x;
    for (__i = 0; __i < 2; __i++) {
        __r[__i] = __x[2 * __i] + __x[2 * __i + 1];
        __r[__i + 2] = __y[2 * __i] + __y[2 * __i + 1];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_hadds_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b, __r = __x;
    for (__i = 0; __i < 4; __i++) {
        __r[__i] = __tine_to_i16(__x[2 * __i] + __x[2 * __i + 1]);
        __r[__i + 4] = __tine_to_i16(__y[2 * __i] + __y[2 * __i + 1]);
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_hsub_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b, __r = __x;
    for (__i = 0; __i < 4; __i++) {
        __r[__i] = __x[2 * __i] - __x[2 * __i + 1];
        __r[__i + 4] = __y[2 * __i] - __y[2 * __i + 1];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_hsub_epi32(__m128i __a, __m128i __b) {
    int __i;
    __v4su __x = (__v4su)__a, __y = (__v4su)__b, __r = __x;
    for (__i = 0; __i < 2; __i++) {
        __r[__i] = __x[2 * __i] - __x[2 * __i + 1];
        __r[__i + 2] = __y[2 * __i] - __y[2 * __i + 1];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_hsubs_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b, __r = __x;
    for (__i = 0; __i < 4; __i++) {
        __r[__i] = __tine_to_i16(__x[2 * __i] - __x[2 * __i + 1]);
        __r[__i + 4] = __tine_to_i16(__y[2 * __i] - __y[2 * __i + 1]);
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_maddubs_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a;
    __v16qs __y = (__v16qs)__b;
    __v8hi __r = {0};
    for (__i = 0; __i < 8; __i++)
        __r[__i] = __tine_to_i16(__x[2 * __i] * __y[2 * __i] + __x[2 * __i + 1] * __y[2 * __i + 1]);
    return (__m128i)__r;
}

__tine_sse __m128i _mm_mulhrs_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    for (__i = 0; __i < 8; __i++)
        __x[__i] = ((__x[__i] * __y[__i] >> 14) + 1) >> 1;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_shuffle_epi8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    for (__i = 0; __i < 16; __i++)
        __y[__i] = __y[__i] & 128 ? 0 : __x[__y[__i] & 15];
    return (__m128i)__y;
}

__tine_sse __m128i _mm_alignr_epi8(__m128i __a, __m128i __b, int __n) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b, __r = __x;
    __n &= 255;
    for (__i = 0; __i < 16; __i++) {
        int __at = __i + __n;
        __r[__i] = __at < 16 ? __y[__at] : __at < 32 ? __x[__at - 16] : 0;
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_sign_epi8(__m128i __a, __m128i __b) {
    __v16qs __y = (__v16qs)__b;
    __v16qu __x = (__v16qu)__a, __minus = (__v16qu)(__y < 0);
    return (__m128i)(((__x ^ __minus) - __minus) & (__v16qu)(__y != 0));
}

__tine_sse __m128i _mm_abs_epi8(__m128i __a) {
    __v16qu __minus = (__v16qu)((__v16qs)__a < 0);
    return (__m128i)(((__v16qu)__a ^ __minus) - __minus);
}

__tine_sse __m128i _mm_sign_epi16(__m128i __a, __m128i __b) {
    __v8hi __y = (__v8hi)__b;
    __v8hu __x = (__v8hu)__a, __minus = (__v8hu)(__y < 0);
    return (__m128i)(((__x ^ __minus) - __minus) & (__v8hu)(__y != 0));
}

__tine_sse __m128i _mm_abs_epi16(__m128i __a) {
    __v8hu __minus = (__v8hu)((__v8hi)__a < 0);
    return (__m128i)(((__v8hu)__a ^ __minus) - __minus);
}

__tine_sse __m128i _mm_sign_epi32(__m128i __a, __m128i __b) {
    __v4si __y = (__v4si)__b;
    __v4su __x = (__v4su)__a, __minus = (__v4su)(__y < 0);
    return (__m128i)(((__x ^ __minus) - __minus) & (__v4su)(__y != 0));
}

__tine_sse __m128i _mm_abs_epi32(__m128i __a) {
    __v4su __minus = (__v4su)((__v4si)__a < 0);
    return (__m128i)(((__v4su)__a ^ __minus) - __minus);
}
#endif
