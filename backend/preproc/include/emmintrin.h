/* <emmintrin.h>: the SSE2 functions, in vector C. */
#ifndef __EMMINTRIN_H
#define __EMMINTRIN_H 1
#include <xmmintrin.h>

typedef double __m128d __attribute__((__vector_size__(16), __may_alias__));
typedef double __m128d_u __attribute__((__vector_size__(16), __may_alias__, __aligned__(1)));
typedef long long __m128i __attribute__((__vector_size__(16), __may_alias__));
typedef long long __m128i_u __attribute__((__vector_size__(16), __may_alias__, __aligned__(1)));
typedef double __v2df __attribute__((__vector_size__(16)));
typedef long long __v2di __attribute__((__vector_size__(16)));
typedef unsigned long long __v2du __attribute__((__vector_size__(16)));
typedef short __v8hi __attribute__((__vector_size__(16)));
typedef unsigned short __v8hu __attribute__((__vector_size__(16)));
typedef char __v16qi __attribute__((__vector_size__(16)));
typedef signed char __v16qs __attribute__((__vector_size__(16)));
typedef unsigned char __v16qu __attribute__((__vector_size__(16)));

#define _MM_SHUFFLE2(b, a) (((b) << 1) | (a))

__tine_sse __m128d _mm_add_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a + (__v2df)__b);
}

__tine_sse __m128d _mm_add_sd(__m128d __a, __m128d __b) {
    __a[0] = __a[0] + __b[0];
    return __a;
}

__tine_sse __m128d _mm_sub_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a - (__v2df)__b);
}

__tine_sse __m128d _mm_sub_sd(__m128d __a, __m128d __b) {
    __a[0] = __a[0] - __b[0];
    return __a;
}

__tine_sse __m128d _mm_mul_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a * (__v2df)__b);
}

__tine_sse __m128d _mm_mul_sd(__m128d __a, __m128d __b) {
    __a[0] = __a[0] * __b[0];
    return __a;
}

__tine_sse __m128d _mm_div_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a / (__v2df)__b);
}

__tine_sse __m128d _mm_div_sd(__m128d __a, __m128d __b) {
    __a[0] = __a[0] / __b[0];
    return __a;
}

__tine_sse __m128d _mm_sqrt_pd(__m128d __a) {
    return (__m128d){__builtin_sqrt(__a[0]), __builtin_sqrt(__a[1])};
}

__tine_sse __m128d _mm_sqrt_sd(__m128d __a, __m128d __b) {
    return (__m128d){__builtin_sqrt(__b[0]), __a[1]};
}

__tine_sse __m128d _mm_min_pd(__m128d __a, __m128d __b) {
    return (__m128d){
        __a[0] < __b[0] ? __a[0] : __b[0],
        __a[1] < __b[1] ? __a[1] : __b[1],
    };
}

__tine_sse __m128d _mm_min_sd(__m128d __a, __m128d __b) {
    __a[0] = __a[0] < __b[0] ? __a[0] : __b[0];
    return __a;
}

__tine_sse __m128d _mm_max_pd(__m128d __a, __m128d __b) {
    return (__m128d){
        __a[0] > __b[0] ? __a[0] : __b[0],
        __a[1] > __b[1] ? __a[1] : __b[1],
    };
}

__tine_sse __m128d _mm_max_sd(__m128d __a, __m128d __b) {
    __a[0] = __a[0] > __b[0] ? __a[0] : __b[0];
    return __a;
}

__tine_sse __m128d _mm_and_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2di)__a & (__v2di)__b);
}

__tine_sse __m128i _mm_and_si128(__m128i __a, __m128i __b) {
    return (__m128i)((__v2di)__a & (__v2di)__b);
}

__tine_sse __m128d _mm_andnot_pd(__m128d __a, __m128d __b) {
    return (__m128d)(~(__v2di)__a & (__v2di)__b);
}

__tine_sse __m128i _mm_andnot_si128(__m128i __a, __m128i __b) {
    return (__m128i)(~(__v2di)__a & (__v2di)__b);
}

__tine_sse __m128d _mm_or_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2di)__a | (__v2di)__b);
}

__tine_sse __m128i _mm_or_si128(__m128i __a, __m128i __b) {
    return (__m128i)((__v2di)__a | (__v2di)__b);
}

__tine_sse __m128d _mm_xor_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2di)__a ^ (__v2di)__b);
}

__tine_sse __m128i _mm_xor_si128(__m128i __a, __m128i __b) {
    return (__m128i)((__v2di)__a ^ (__v2di)__b);
}

__tine_sse __m128d _mm_cmpeq_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a == (__v2df)__b);
}

__tine_sse __m128d _mm_cmpeq_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(__a[0] == __b[0]);
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmplt_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a < (__v2df)__b);
}

__tine_sse __m128d _mm_cmplt_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(__a[0] < __b[0]);
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmple_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a <= (__v2df)__b);
}

__tine_sse __m128d _mm_cmple_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(__a[0] <= __b[0]);
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpgt_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a > (__v2df)__b);
}

__tine_sse __m128d _mm_cmpgt_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(__a[0] > __b[0]);
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpge_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a >= (__v2df)__b);
}

__tine_sse __m128d _mm_cmpge_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(__a[0] >= __b[0]);
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpneq_pd(__m128d __a, __m128d __b) {
    return (__m128d)((__v2df)__a != (__v2df)__b);
}

__tine_sse __m128d _mm_cmpneq_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(__a[0] != __b[0]);
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpnlt_pd(__m128d __a, __m128d __b) {
    return (__m128d)(~((__v2df)__a < (__v2df)__b));
}

__tine_sse __m128d _mm_cmpnlt_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(!(__a[0] < __b[0]));
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpnle_pd(__m128d __a, __m128d __b) {
    return (__m128d)(~((__v2df)__a <= (__v2df)__b));
}

__tine_sse __m128d _mm_cmpnle_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(!(__a[0] <= __b[0]));
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpngt_pd(__m128d __a, __m128d __b) {
    return (__m128d)(~((__v2df)__a > (__v2df)__b));
}

__tine_sse __m128d _mm_cmpngt_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(!(__a[0] > __b[0]));
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpnge_pd(__m128d __a, __m128d __b) {
    return (__m128d)(~((__v2df)__a >= (__v2df)__b));
}

__tine_sse __m128d _mm_cmpnge_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)(!(__a[0] >= __b[0]));
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpord_pd(__m128d __a, __m128d __b) {
    return (__m128d)(((__v2df)__a == (__v2df)__a) & ((__v2df)__b == (__v2df)__b));
}

__tine_sse __m128d _mm_cmpord_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)((__a[0] == __a[0]) & (__b[0] == __b[0]));
    return (__m128d)__r;
}

__tine_sse __m128d _mm_cmpunord_pd(__m128d __a, __m128d __b) {
    return (__m128d)(((__v2df)__a != (__v2df)__a) | ((__v2df)__b != (__v2df)__b));
}

__tine_sse __m128d _mm_cmpunord_sd(__m128d __a, __m128d __b) {
    __v2di __r = (__v2di)__a;
    __r[0] = -(long long)((__a[0] != __a[0]) | (__b[0] != __b[0]));
    return (__m128d)__r;
}

__tine_sse int _mm_comieq_sd(__m128d __a, __m128d __b) {
    return __a[0] == __b[0];
}

__tine_sse int _mm_ucomieq_sd(__m128d __a, __m128d __b) {
    return __a[0] == __b[0];
}

__tine_sse int _mm_comilt_sd(__m128d __a, __m128d __b) {
    return __a[0] < __b[0];
}

__tine_sse int _mm_ucomilt_sd(__m128d __a, __m128d __b) {
    return __a[0] < __b[0];
}

__tine_sse int _mm_comile_sd(__m128d __a, __m128d __b) {
    return __a[0] <= __b[0];
}

__tine_sse int _mm_ucomile_sd(__m128d __a, __m128d __b) {
    return __a[0] <= __b[0];
}

__tine_sse int _mm_comigt_sd(__m128d __a, __m128d __b) {
    return __a[0] > __b[0];
}

__tine_sse int _mm_ucomigt_sd(__m128d __a, __m128d __b) {
    return __a[0] > __b[0];
}

__tine_sse int _mm_comige_sd(__m128d __a, __m128d __b) {
    return __a[0] >= __b[0];
}

__tine_sse int _mm_ucomige_sd(__m128d __a, __m128d __b) {
    return __a[0] >= __b[0];
}

__tine_sse int _mm_comineq_sd(__m128d __a, __m128d __b) {
    return __a[0] != __b[0];
}

__tine_sse int _mm_ucomineq_sd(__m128d __a, __m128d __b) {
    return __a[0] != __b[0];
}

__tine_sse __m128d _mm_cvtepi32_pd(__m128i __a) {
    __v4si __x = (__v4si)__a;
    return (__m128d){__x[0], __x[1]};
}

__tine_sse __m128 _mm_cvtepi32_ps(__m128i __a) {
    __v4si __x = (__v4si)__a;
    return (__m128){(float)__x[0], (float)__x[1], (float)__x[2], (float)__x[3]};
}

__tine_sse __m128i _mm_cvtpd_epi32(__m128d __a) {
    return (__m128i)(__v4si){
        __tine_to_i32(__builtin_rint(__a[0])),
        __tine_to_i32(__builtin_rint(__a[1])),
        0,
        0,
    };
}

__tine_sse __m128i _mm_cvtps_epi32(__m128 __a) {
    return (__m128i)(__v4si){
        __tine_to_i32(__builtin_rint(__a[0])),
        __tine_to_i32(__builtin_rint(__a[1])),
        __tine_to_i32(__builtin_rint(__a[2])),
        __tine_to_i32(__builtin_rint(__a[3])),
    };
}

__tine_sse int _mm_cvtsd_si32(__m128d __a) {
    return __tine_to_i32(__builtin_rint(__a[0]));
}

__tine_sse long long _mm_cvtsd_si64(__m128d __a) {
    return __tine_to_i64(__builtin_rint(__a[0]));
}

__tine_sse long long _mm_cvtsd_si64x(__m128d __a) {
    return __tine_to_i64(__builtin_rint(__a[0]));
}

__tine_sse __m128i _mm_cvttpd_epi32(__m128d __a) {
    return (__m128i)(__v4si){
        __tine_to_i32(__a[0]),
        __tine_to_i32(__a[1]),
        0,
        0,
    };
}

__tine_sse __m128i _mm_cvttps_epi32(__m128 __a) {
    return (__m128i)(__v4si){
        __tine_to_i32(__a[0]),
        __tine_to_i32(__a[1]),
        __tine_to_i32(__a[2]),
        __tine_to_i32(__a[3]),
    };
}

__tine_sse int _mm_cvttsd_si32(__m128d __a) {
    return __tine_to_i32(__a[0]);
}

__tine_sse long long _mm_cvttsd_si64(__m128d __a) {
    return __tine_to_i64(__a[0]);
}

__tine_sse long long _mm_cvttsd_si64x(__m128d __a) {
    return __tine_to_i64(__a[0]);
}

__tine_sse __m128 _mm_cvtpd_ps(__m128d __a) {
    return (__m128){(float)__a[0], (float)__a[1], 0, 0};
}

__tine_sse __m128d _mm_cvtps_pd(__m128 __a) {
    return (__m128d){__a[0], __a[1]};
}

__tine_sse __m128 _mm_cvtsd_ss(__m128 __a, __m128d __b) {
    __a[0] = (float)__b[0];
    return __a;
}

__tine_sse __m128d _mm_cvtss_sd(__m128d __a, __m128 __b) {
    __a[0] = __b[0];
    return __a;
}

__tine_sse __m128d _mm_cvtsi32_sd(__m128d __a, int __b) {
    __a[0] = __b;
    return __a;
}

__tine_sse __m128d _mm_cvtsi64_sd(__m128d __a, long long __b) {
    __a[0] = (double)__b;
    return __a;
}

__tine_sse __m128d _mm_cvtsi64x_sd(__m128d __a, long long __b) {
    __a[0] = (double)__b;
    return __a;
}

__tine_sse double _mm_cvtsd_f64(__m128d __a) {
    return __a[0];
}

__tine_sse __m128i _mm_cvtsi32_si128(int __b) {
    return (__m128i)(__v4si){__b, 0, 0, 0};
}

__tine_sse __m128i _mm_cvtsi64_si128(long long __b) {
    return (__m128i){__b, 0};
}

__tine_sse __m128i _mm_cvtsi64x_si128(long long __b) {
    return (__m128i){__b, 0};
}

__tine_sse int _mm_cvtsi128_si32(__m128i __a) {
    return ((__v4si)__a)[0];
}

__tine_sse long long _mm_cvtsi128_si64(__m128i __a) {
    return __a[0];
}

__tine_sse long long _mm_cvtsi128_si64x(__m128i __a) {
    return __a[0];
}

__tine_sse __m128d _mm_shuffle_pd(__m128d __a, __m128d __b, int __m) {
    return (__m128d){__a[__m & 1], __b[__m >> 1 & 1]};
}

__tine_sse __m128d _mm_unpackhi_pd(__m128d __a, __m128d __b) {
    return (__m128d){__a[1], __b[1]};
}

__tine_sse __m128d _mm_unpacklo_pd(__m128d __a, __m128d __b) {
    return (__m128d){__a[0], __b[0]};
}

__tine_sse __m128d _mm_move_sd(__m128d __a, __m128d __b) {
    return (__m128d){__b[0], __a[1]};
}

__tine_sse int _mm_movemask_pd(__m128d __a) {
    __v2du __s = (__v2du)__a >> 63;
    return (int)(__s[0] | __s[1] << 1);
}

__tine_sse __m128d _mm_set_sd(double __w) {
    return (__m128d){__w, 0};
}

__tine_sse __m128d _mm_set1_pd(double __w) {
    return (__m128d){__w, __w};
}

__tine_sse __m128d _mm_set_pd1(double __w) {
    return (__m128d){__w, __w};
}

__tine_sse __m128d _mm_set_pd(double __x, double __w) {
    return (__m128d){__w, __x};
}

__tine_sse __m128d _mm_setr_pd(double __x, double __w) {
    return (__m128d){__x, __w};
}

__tine_sse __m128d _mm_setzero_pd(void) {
    return (__m128d){0, 0};
}

__tine_sse __m128d _mm_undefined_pd(void) {
    return (__m128d){0, 0};
}

__tine_sse __m128d _mm_load_pd(const double *__p) {
    return *(const __m128d *)__p;
}

__tine_sse __m128d _mm_loadu_pd(const double *__p) {
    return *(const __m128d_u *)__p;
}

__tine_sse __m128d _mm_load1_pd(const double *__p) {
    return (__m128d){*__p, *__p};
}

__tine_sse __m128d _mm_load_pd1(const double *__p) {
    return (__m128d){*__p, *__p};
}

__tine_sse __m128d _mm_loadr_pd(const double *__p) {
    return (__m128d){__p[1], __p[0]};
}

__tine_sse __m128d _mm_load_sd(const double *__p) {
    return (__m128d){*__p, 0};
}

__tine_sse __m128d _mm_loadh_pd(__m128d __a, const double *__p) {
    return (__m128d){__a[0], *__p};
}

__tine_sse __m128d _mm_loadl_pd(__m128d __a, const double *__p) {
    return (__m128d){*__p, __a[1]};
}

__tine_sse void _mm_store_pd(double *__p, __m128d __a) {
    *(__m128d *)__p = __a;
}

__tine_sse void _mm_storeu_pd(double *__p, __m128d __a) {
    *(__m128d_u *)__p = __a;
}

__tine_sse void _mm_store_sd(double *__p, __m128d __a) {
    *__p = __a[0];
}

__tine_sse void _mm_storel_pd(double *__p, __m128d __a) {
    *__p = __a[0];
}

__tine_sse void _mm_storeh_pd(double *__p, __m128d __a) {
    *__p = __a[1];
}

__tine_sse void _mm_store1_pd(double *__p, __m128d __a) {
    *(__m128d *)__p = (__m128d){__a[0], __a[0]};
}

__tine_sse void _mm_store_pd1(double *__p, __m128d __a) {
    *(__m128d *)__p = (__m128d){__a[0], __a[0]};
}

__tine_sse void _mm_storer_pd(double *__p, __m128d __a) {
    *(__m128d *)__p = (__m128d){__a[1], __a[0]};
}

__tine_sse void _mm_stream_pd(double *__p, __m128d __a) {
    *(__m128d *)__p = __a;
}

__tine_sse __m128d _mm_castps_pd(__m128 __a) {
    return (__m128d)__a;
}

__tine_sse __m128i _mm_castps_si128(__m128 __a) {
    return (__m128i)__a;
}

__tine_sse __m128 _mm_castpd_ps(__m128d __a) {
    return (__m128)__a;
}

__tine_sse __m128i _mm_castpd_si128(__m128d __a) {
    return (__m128i)__a;
}

__tine_sse __m128 _mm_castsi128_ps(__m128i __a) {
    return (__m128)__a;
}

__tine_sse __m128d _mm_castsi128_pd(__m128i __a) {
    return (__m128d)__a;
}

__tine_sse __m128i _mm_add_epi8(__m128i __a, __m128i __b) {
    return (__m128i)((__v16qu)__a + (__v16qu)__b);
}

__tine_sse __m128i _mm_add_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hu)__a + (__v8hu)__b);
}

__tine_sse __m128i _mm_add_epi32(__m128i __a, __m128i __b) {
    return (__m128i)((__v4su)__a + (__v4su)__b);
}

__tine_sse __m128i _mm_add_epi64(__m128i __a, __m128i __b) {
    return (__m128i)((__v2du)__a + (__v2du)__b);
}

__tine_sse __m128i _mm_adds_epi8(__m128i __a, __m128i __b) {
    int __i;
    __v16qs __x = (__v16qs)__a, __y = (__v16qs)__b;
    for (__i = 0; __i < 16; __i++) {
        int __r = __x[__i] + __y[__i];
        __x[__i] = __r < -128 ? -128 : __r > 127 ? 127 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_adds_epu8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    for (__i = 0; __i < 16; __i++) {
        int __r = __x[__i] + __y[__i];
        __x[__i] = __r < 0 ? 0 : __r > 255 ? 255 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_adds_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    for (__i = 0; __i < 8; __i++) {
        int __r = __x[__i] + __y[__i];
        __x[__i] = __r < -32768 ? -32768 : __r > 32767 ? 32767 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_adds_epu16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    for (__i = 0; __i < 8; __i++) {
        int __r = __x[__i] + __y[__i];
        __x[__i] = __r < 0 ? 0 : __r > 65535 ? 65535 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_sub_epi8(__m128i __a, __m128i __b) {
    return (__m128i)((__v16qu)__a - (__v16qu)__b);
}

__tine_sse __m128i _mm_sub_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hu)__a - (__v8hu)__b);
}

__tine_sse __m128i _mm_sub_epi32(__m128i __a, __m128i __b) {
    return (__m128i)((__v4su)__a - (__v4su)__b);
}

__tine_sse __m128i _mm_sub_epi64(__m128i __a, __m128i __b) {
    return (__m128i)((__v2du)__a - (__v2du)__b);
}

__tine_sse __m128i _mm_subs_epi8(__m128i __a, __m128i __b) {
    int __i;
    __v16qs __x = (__v16qs)__a, __y = (__v16qs)__b;
    for (__i = 0; __i < 16; __i++) {
        int __r = __x[__i] - __y[__i];
        __x[__i] = __r < -128 ? -128 : __r > 127 ? 127 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_subs_epu8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    for (__i = 0; __i < 16; __i++) {
        int __r = __x[__i] - __y[__i];
        __x[__i] = __r < 0 ? 0 : __r > 255 ? 255 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_subs_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    for (__i = 0; __i < 8; __i++) {
        int __r = __x[__i] - __y[__i];
        __x[__i] = __r < -32768 ? -32768 : __r > 32767 ? 32767 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_subs_epu16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    for (__i = 0; __i < 8; __i++) {
        int __r = __x[__i] - __y[__i];
        __x[__i] = __r < 0 ? 0 : __r > 65535 ? 65535 : __r;
    }
    return (__m128i)__x;
}

__tine_sse __m128i _mm_mullo_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hu)__a * (__v8hu)__b);
}

__tine_sse __m128i _mm_mulhi_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    for (__i = 0; __i < 8; __i++)
        __x[__i] = ((int)__x[__i] * (int)__y[__i]) >> 16;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_mulhi_epu16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    for (__i = 0; __i < 8; __i++)
        __x[__i] = ((unsigned int)__x[__i] * (unsigned int)__y[__i]) >> 16;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_mul_epu32(__m128i __a, __m128i __b) {
    __v4su __x = (__v4su)__a, __y = (__v4su)__b;
    return (__m128i)(__v2du){
        (unsigned long long)__x[0] * __y[0],
        (unsigned long long)__x[2] * __y[2],
    };
}

__tine_sse __m128i _mm_madd_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    __v4su __r = {0, 0, 0, 0};
    for (__i = 0; __i < 4; __i++)
        __r[__i] = (unsigned int)(__x[2 * __i] * __y[2 * __i]) +
                   (unsigned int)(__x[2 * __i + 1] * __y[2 * __i + 1]);
    return (__m128i)__r;
}

__tine_sse __m128i _mm_sad_epu8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    __m128i __r = {0, 0};
    for (__i = 0; __i < 16; __i++)
        __r[__i / 8] += __x[__i] < __y[__i] ? __y[__i] - __x[__i] : __x[__i] - __y[__i];
    return __r;
}

__tine_sse __m128i _mm_avg_epu8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    for (__i = 0; __i < 16; __i++)
        __x[__i] = (__x[__i] + __y[__i] + 1) >> 1;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_avg_epu16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    for (__i = 0; __i < 8; __i++)
        __x[__i] = (__x[__i] + __y[__i] + 1) >> 1;
    return (__m128i)__x;
}

__tine_sse __m128i _mm_min_epi16(__m128i __a, __m128i __b) {
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    __v8hi __take = (__v8hi)(__x < __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_max_epi16(__m128i __a, __m128i __b) {
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    __v8hi __take = (__v8hi)(__x > __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_min_epu8(__m128i __a, __m128i __b) {
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    __v16qu __take = (__v16qu)(__x < __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_max_epu8(__m128i __a, __m128i __b) {
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    __v16qu __take = (__v16qu)(__x > __y);
    return (__m128i)((__x & __take) | (__y & ~__take));
}

__tine_sse __m128i _mm_slli_epi16(__m128i __a, int __n) {
    if ((unsigned int)__n > 15)
        return (__m128i){0, 0};
    return (__m128i)((__v8hu)__a << __n);
}

__tine_sse __m128i _mm_sll_epi16(__m128i __a, __m128i __n) {
    if (((__v2du)__n)[0] > 15)
        return (__m128i){0, 0};
    return (__m128i)((__v8hu)__a << (int)__n[0]);
}

__tine_sse __m128i _mm_srli_epi16(__m128i __a, int __n) {
    if ((unsigned int)__n > 15)
        return (__m128i){0, 0};
    return (__m128i)((__v8hu)__a >> __n);
}

__tine_sse __m128i _mm_srl_epi16(__m128i __a, __m128i __n) {
    if (((__v2du)__n)[0] > 15)
        return (__m128i){0, 0};
    return (__m128i)((__v8hu)__a >> (int)__n[0]);
}

__tine_sse __m128i _mm_slli_epi32(__m128i __a, int __n) {
    if ((unsigned int)__n > 31)
        return (__m128i){0, 0};
    return (__m128i)((__v4su)__a << __n);
}

__tine_sse __m128i _mm_sll_epi32(__m128i __a, __m128i __n) {
    if (((__v2du)__n)[0] > 31)
        return (__m128i){0, 0};
    return (__m128i)((__v4su)__a << (int)__n[0]);
}

__tine_sse __m128i _mm_srli_epi32(__m128i __a, int __n) {
    if ((unsigned int)__n > 31)
        return (__m128i){0, 0};
    return (__m128i)((__v4su)__a >> __n);
}

__tine_sse __m128i _mm_srl_epi32(__m128i __a, __m128i __n) {
    if (((__v2du)__n)[0] > 31)
        return (__m128i){0, 0};
    return (__m128i)((__v4su)__a >> (int)__n[0]);
}

__tine_sse __m128i _mm_slli_epi64(__m128i __a, int __n) {
    if ((unsigned int)__n > 63)
        return (__m128i){0, 0};
    return (__m128i)((__v2du)__a << __n);
}

__tine_sse __m128i _mm_sll_epi64(__m128i __a, __m128i __n) {
    if (((__v2du)__n)[0] > 63)
        return (__m128i){0, 0};
    return (__m128i)((__v2du)__a << (int)__n[0]);
}

__tine_sse __m128i _mm_srli_epi64(__m128i __a, int __n) {
    if ((unsigned int)__n > 63)
        return (__m128i){0, 0};
    return (__m128i)((__v2du)__a >> __n);
}

__tine_sse __m128i _mm_srl_epi64(__m128i __a, __m128i __n) {
    if (((__v2du)__n)[0] > 63)
        return (__m128i){0, 0};
    return (__m128i)((__v2du)__a >> (int)__n[0]);
}

__tine_sse __m128i _mm_srai_epi16(__m128i __a, int __n) {
    return (__m128i)((__v8hi)__a >> ((unsigned int)__n > 15 ? 15 : __n));
}

__tine_sse __m128i _mm_sra_epi16(__m128i __a, __m128i __n) {
    return (__m128i)((__v8hi)__a >> (((__v2du)__n)[0] > 15 ? 15 : (int)__n[0]));
}

__tine_sse __m128i _mm_srai_epi32(__m128i __a, int __n) {
    return (__m128i)((__v4si)__a >> ((unsigned int)__n > 31 ? 31 : __n));
}

__tine_sse __m128i _mm_sra_epi32(__m128i __a, __m128i __n) {
    return (__m128i)((__v4si)__a >> (((__v2du)__n)[0] > 31 ? 31 : (int)__n[0]));
}

__tine_sse __m128i _mm_slli_si128(__m128i __a, int __n) {
    int __i;
    __v16qu __x = (__v16qu)__a, __r = (__v16qu){0};
    __n &= 255;
    for (__i = 0; __i < 16; __i++)
        __r[__i] = __i >= __n ? __x[__i - __n] : 0;
    return (__m128i)__r;
}

__tine_sse __m128i _mm_bslli_si128(__m128i __a, int __n) {
    int __i;
    __v16qu __x = (__v16qu)__a, __r = (__v16qu){0};
    __n &= 255;
    for (__i = 0; __i < 16; __i++)
        __r[__i] = __i >= __n ? __x[__i - __n] : 0;
    return (__m128i)__r;
}

__tine_sse __m128i _mm_srli_si128(__m128i __a, int __n) {
    int __i;
    __v16qu __x = (__v16qu)__a, __r = (__v16qu){0};
    __n &= 255;
    for (__i = 0; __i < 16; __i++)
        __r[__i] = __i + __n < 16 ? __x[__i + __n] : 0;
    return (__m128i)__r;
}

__tine_sse __m128i _mm_bsrli_si128(__m128i __a, int __n) {
    int __i;
    __v16qu __x = (__v16qu)__a, __r = (__v16qu){0};
    __n &= 255;
    for (__i = 0; __i < 16; __i++)
        __r[__i] = __i + __n < 16 ? __x[__i + __n] : 0;
    return (__m128i)__r;
}

__tine_sse __m128i _mm_cmpeq_epi8(__m128i __a, __m128i __b) {
    return (__m128i)((__v16qs)__a == (__v16qs)__b);
}

__tine_sse __m128i _mm_cmpgt_epi8(__m128i __a, __m128i __b) {
    return (__m128i)((__v16qs)__a > (__v16qs)__b);
}

__tine_sse __m128i _mm_cmplt_epi8(__m128i __a, __m128i __b) {
    return (__m128i)((__v16qs)__a < (__v16qs)__b);
}

__tine_sse __m128i _mm_cmpeq_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hi)__a == (__v8hi)__b);
}

__tine_sse __m128i _mm_cmpgt_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hi)__a > (__v8hi)__b);
}

__tine_sse __m128i _mm_cmplt_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hi)__a < (__v8hi)__b);
}

__tine_sse __m128i _mm_cmpeq_epi32(__m128i __a, __m128i __b) {
    return (__m128i)((__v4si)__a == (__v4si)__b);
}

__tine_sse __m128i _mm_cmpgt_epi32(__m128i __a, __m128i __b) {
    return (__m128i)((__v4si)__a > (__v4si)__b);
}

__tine_sse __m128i _mm_cmplt_epi32(__m128i __a, __m128i __b) {
    return (__m128i)((__v4si)__a < (__v4si)__b);
}

__tine_sse __m128i _mm_packs_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    __v16qs __r = {0};
    for (__i = 0; __i < 8; __i++) {
        __r[__i] = __x[__i] < -128 ? -128 : __x[__i] > 127 ? 127 : __x[__i];
        __r[__i + 8] = __y[__i] < -128 ? -128 : __y[__i] > 127 ? 127 : __y[__i];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_packus_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hi __x = (__v8hi)__a, __y = (__v8hi)__b;
    __v16qu __r = {0};
    for (__i = 0; __i < 8; __i++) {
        __r[__i] = __x[__i] < 0 ? 0 : __x[__i] > 255 ? 255 : __x[__i];
        __r[__i + 8] = __y[__i] < 0 ? 0 : __y[__i] > 255 ? 255 : __y[__i];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_packs_epi32(__m128i __a, __m128i __b) {
    int __i;
    __v4si __x = (__v4si)__a, __y = (__v4si)__b;
    __v8hi __r = {0};
    for (__i = 0; __i < 4; __i++) {
        __r[__i] = __x[__i] < -32768 ? -32768 : __x[__i] > 32767 ? 32767 : __x[__i];
        __r[__i + 4] = __y[__i] < -32768 ? -32768 : __y[__i] > 32767 ? 32767 : __y[__i];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpacklo_epi8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    __v16qu __r = {0};
    for (__i = 0; __i < 8; __i++) {
        __r[2 * __i] = __x[__i + 0];
        __r[2 * __i + 1] = __y[__i + 0];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpackhi_epi8(__m128i __a, __m128i __b) {
    int __i;
    __v16qu __x = (__v16qu)__a, __y = (__v16qu)__b;
    __v16qu __r = {0};
    for (__i = 0; __i < 8; __i++) {
        __r[2 * __i] = __x[__i + 8];
        __r[2 * __i + 1] = __y[__i + 8];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpacklo_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    __v8hu __r = {0};
    for (__i = 0; __i < 4; __i++) {
        __r[2 * __i] = __x[__i + 0];
        __r[2 * __i + 1] = __y[__i + 0];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpackhi_epi16(__m128i __a, __m128i __b) {
    int __i;
    __v8hu __x = (__v8hu)__a, __y = (__v8hu)__b;
    __v8hu __r = {0};
    for (__i = 0; __i < 4; __i++) {
        __r[2 * __i] = __x[__i + 4];
        __r[2 * __i + 1] = __y[__i + 4];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpacklo_epi32(__m128i __a, __m128i __b) {
    int __i;
    __v4su __x = (__v4su)__a, __y = (__v4su)__b;
    __v4su __r = {0};
    for (__i = 0; __i < 2; __i++) {
        __r[2 * __i] = __x[__i + 0];
        __r[2 * __i + 1] = __y[__i + 0];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpackhi_epi32(__m128i __a, __m128i __b) {
    int __i;
    __v4su __x = (__v4su)__a, __y = (__v4su)__b;
    __v4su __r = {0};
    for (__i = 0; __i < 2; __i++) {
        __r[2 * __i] = __x[__i + 2];
        __r[2 * __i + 1] = __y[__i + 2];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpacklo_epi64(__m128i __a, __m128i __b) {
    int __i;
    __v2du __x = (__v2du)__a, __y = (__v2du)__b;
    __v2du __r = {0};
    for (__i = 0; __i < 1; __i++) {
        __r[2 * __i] = __x[__i + 0];
        __r[2 * __i + 1] = __y[__i + 0];
    }
    return (__m128i)__r;
}

__tine_sse __m128i _mm_unpackhi_epi64(__m128i __a, __m128i __b) {
    int __i;
    __v2du __x = (__v2du)__a, __y = (__v2du)__b;
    __v2du __r = {0};
    for (__i = 0; __i < 1; __i++) {
        __r[2 * __i] = __x[__i + 1];
        __r[2 * __i + 1] = __y[__i + 1];
    }
    return (__m128i)__r;
}

__tine_sse int _mm_extract_epi16(__m128i __a, int __n) {
    return ((__v8hu)__a)[__n & 7];
}

__tine_sse __m128i _mm_insert_epi16(__m128i __a, int __b, int __n) {
    __v8hi __x = (__v8hi)__a;
    __x[__n & 7] = (short)__b;
    return (__m128i)__x;
}

__tine_sse int _mm_movemask_epi8(__m128i __a) {
    int __i;
    __v16qu __x = (__v16qu)__a;
    int __r = 0;
    for (__i = 0; __i < 16; __i++)
        __r |= (__x[__i] >> 7) << __i;
    return __r;
}

__tine_sse __m128i _mm_shuffle_epi32(__m128i __a, int __m) {
    __v4si __x = (__v4si)__a;
    return (__m128i)(__v4si){
        __x[__m & 3],
        __x[__m >> 2 & 3],
        __x[__m >> 4 & 3],
        __x[__m >> 6 & 3],
    };
}

__tine_sse __m128i _mm_shufflehi_epi16(__m128i __a, int __m) {
    int __i;
    __v8hi __x = (__v8hi)__a, __r = __x;
    for (__i = 0; __i < 4; __i++)
        __r[__i + 4] = __x[(__m >> (2 * __i) & 3) + 4];
    return (__m128i)__r;
}

__tine_sse __m128i _mm_shufflelo_epi16(__m128i __a, int __m) {
    int __i;
    __v8hi __x = (__v8hi)__a, __r = __x;
    for (__i = 0; __i < 4; __i++)
        __r[__i + 0] = __x[(__m >> (2 * __i) & 3) + 0];
    return (__m128i)__r;
}

__tine_sse __m128i _mm_setzero_si128(void) {
    return (__m128i){0, 0};
}

__tine_sse __m128i _mm_undefined_si128(void) {
    return (__m128i){0, 0};
}

__tine_sse __m128i _mm_set_epi64x(long long __b, long long __a) {
    return (__m128i){__a, __b};
}

__tine_sse __m128i _mm_set1_epi64x(long long __a) {
    return (__m128i){__a, __a};
}

__tine_sse __m128i
_mm_set_epi32(int __e3, int __e2, int __e1, int __e0) {
    return (__m128i)(__v4si){
        __e0, __e1, __e2, __e3,
    };
}

__tine_sse __m128i
_mm_setr_epi32(int __e0, int __e1, int __e2, int __e3) {
    return (__m128i)(__v4si){
        __e0, __e1, __e2, __e3,
    };
}

__tine_sse __m128i _mm_set1_epi32(int __e) {
    return (__m128i)(__v4si){
        __e, __e, __e, __e,
    };
}

__tine_sse __m128i
_mm_set_epi16(short __e7, short __e6, short __e5, short __e4, short __e3, short __e2,
              short __e1, short __e0) {
    return (__m128i)(__v8hi){
        __e0, __e1, __e2, __e3, __e4, __e5, __e6, __e7,
    };
}

__tine_sse __m128i
_mm_setr_epi16(short __e0, short __e1, short __e2, short __e3, short __e4, short __e5,
               short __e6, short __e7) {
    return (__m128i)(__v8hi){
        __e0, __e1, __e2, __e3, __e4, __e5, __e6, __e7,
    };
}

__tine_sse __m128i _mm_set1_epi16(short __e) {
    return (__m128i)(__v8hi){
        __e, __e, __e, __e, __e, __e, __e, __e,
    };
}

__tine_sse __m128i
_mm_set_epi8(char __e15, char __e14, char __e13, char __e12, char __e11, char __e10,
             char __e9, char __e8, char __e7, char __e6, char __e5, char __e4,
             char __e3, char __e2, char __e1, char __e0) {
    return (__m128i)(__v16qi){
        __e0, __e1, __e2, __e3, __e4, __e5, __e6, __e7,
        __e8, __e9, __e10, __e11, __e12, __e13, __e14, __e15,
    };
}

__tine_sse __m128i
_mm_setr_epi8(char __e0, char __e1, char __e2, char __e3, char __e4, char __e5,
              char __e6, char __e7, char __e8, char __e9, char __e10, char __e11,
              char __e12, char __e13, char __e14, char __e15) {
    return (__m128i)(__v16qi){
        __e0, __e1, __e2, __e3, __e4, __e5, __e6, __e7,
        __e8, __e9, __e10, __e11, __e12, __e13, __e14, __e15,
    };
}

__tine_sse __m128i _mm_set1_epi8(char __e) {
    return (__m128i)(__v16qi){
        __e, __e, __e, __e, __e, __e, __e, __e,
        __e, __e, __e, __e, __e, __e, __e, __e,
    };
}

__tine_sse __m128i _mm_load_si128(const __m128i *__p) {
    return *__p;
}

__tine_sse __m128i _mm_loadu_si128(const __m128i_u *__p) {
    return *__p;
}

__tine_sse __m128i _mm_loadl_epi64(const __m128i_u *__p) {
    long long __x;
    __builtin_memcpy(&__x, __p, 8);
    return (__m128i){__x, 0};
}

__tine_sse __m128i _mm_loadu_si16(const void *__p) {
    short __x;
    __builtin_memcpy(&__x, __p, 2);
    return (__m128i)(__v8hi){__x, 0, 0, 0, 0, 0, 0, 0};
}

__tine_sse void _mm_storeu_si16(void *__p, __m128i __a) {
    __builtin_memcpy(__p, &__a, 2);
}

__tine_sse __m128i _mm_loadu_si32(const void *__p) {
    int __x;
    __builtin_memcpy(&__x, __p, 4);
    return (__m128i)(__v4si){__x, 0, 0, 0};
}

__tine_sse void _mm_storeu_si32(void *__p, __m128i __a) {
    __builtin_memcpy(__p, &__a, 4);
}

__tine_sse __m128i _mm_loadu_si64(const void *__p) {
    long long __x;
    __builtin_memcpy(&__x, __p, 8);
    return (__m128i)(__v2di){__x, 0};
}

__tine_sse void _mm_storeu_si64(void *__p, __m128i __a) {
    __builtin_memcpy(__p, &__a, 8);
}

__tine_sse void _mm_store_si128(__m128i *__p, __m128i __a) {
    *__p = __a;
}

__tine_sse void _mm_storeu_si128(__m128i_u *__p, __m128i __a) {
    *__p = __a;
}

__tine_sse void _mm_storel_epi64(__m128i_u *__p, __m128i __a) {
    __builtin_memcpy(__p, &__a, 8);
}

__tine_sse void _mm_stream_si128(__m128i *__p, __m128i __a) {
    *__p = __a;
}

__tine_sse void _mm_stream_si32(int *__p, int __a) {
    *__p = __a;
}

__tine_sse void _mm_stream_si64(long long *__p, long long __a) {
    *__p = __a;
}

__tine_sse __m128i _mm_move_epi64(__m128i __a) {
    return (__m128i){__a[0], 0};
}

__tine_sse void _mm_maskmoveu_si128(__m128i __a, __m128i __m, char *__p) {
    int __i;
    __v16qs __x = (__v16qs)__a, __y = (__v16qs)__m;
    for (__i = 0; __i < 16; __i++)
        if (__y[__i] < 0)
            __p[__i] = (char)__x[__i];
}

__tine_sse void _mm_lfence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

__tine_sse void _mm_mfence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

__tine_sse void _mm_clflush(const void *__p) {
    __asm__ __volatile__("clflush %0" : : "m"(*(const char *)__p) : "memory");
}
#endif
