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
    return (__m128d)__builtin_ia32_sqrtpd((__v2df)__a);
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

#define _mm_shuffle_pd(a, b, m) \
    (__extension__({ \
        __v2df __x = (__v2df)(a), __y = (__v2df)(b); \
        (__m128d)__builtin_shufflevector(__x, __y, (m) & 1, ((m) >> 1 & 1) + 2); \
    }))

__tine_sse __m128d _mm_unpackhi_pd(__m128d __a, __m128d __b) {
    return (__m128d)__builtin_shufflevector((__v2df)__a, (__v2df)__b, 1, 3);
}

__tine_sse __m128d _mm_unpacklo_pd(__m128d __a, __m128d __b) {
    return (__m128d)__builtin_shufflevector((__v2df)__a, (__v2df)__b, 0, 2);
}

__tine_sse __m128d _mm_move_sd(__m128d __a, __m128d __b) {
    return (__m128d){__b[0], __a[1]};
}

__tine_sse int _mm_movemask_pd(__m128d __a) {
    return __builtin_ia32_movmskpd((__v2df)__a);
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
    return (__m128i)__builtin_ia32_paddsb128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_adds_epu8(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_paddusb128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_adds_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_paddsw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_adds_epu16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_paddusw128((__v8hi)__a, (__v8hi)__b);
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
    return (__m128i)__builtin_ia32_psubsb128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_subs_epu8(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_psubusb128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_subs_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_psubsw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_subs_epu16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_psubusw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_mullo_epi16(__m128i __a, __m128i __b) {
    return (__m128i)((__v8hu)__a * (__v8hu)__b);
}

__tine_sse __m128i _mm_mulhi_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pmulhw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_mulhi_epu16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pmulhuw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_mul_epu32(__m128i __a, __m128i __b) {
    __v4su __x = (__v4su)__a, __y = (__v4su)__b;
    return (__m128i)(__v2du){
        (unsigned long long)__x[0] * __y[0],
        (unsigned long long)__x[2] * __y[2],
    };
}

__tine_sse __m128i _mm_madd_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pmaddwd128((__v8hi)__a, (__v8hi)__b);
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
    return (__m128i)__builtin_ia32_pavgb128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_avg_epu16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pavgw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_min_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pminsw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_max_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pmaxsw128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_min_epu8(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pminub128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_max_epu8(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_pmaxub128((__v16qi)__a, (__v16qi)__b);
}

__tine_sse __m128i _mm_slli_epi16(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psllwi128((__v8hi)__a, __n);
}

__tine_sse __m128i _mm_sll_epi16(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psllwi128((__v8hi)__a, __by);
}

__tine_sse __m128i _mm_srli_epi16(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psrlwi128((__v8hi)__a, __n);
}

__tine_sse __m128i _mm_srl_epi16(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psrlwi128((__v8hi)__a, __by);
}

__tine_sse __m128i _mm_slli_epi32(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_pslldi128((__v4si)__a, __n);
}

__tine_sse __m128i _mm_sll_epi32(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_pslldi128((__v4si)__a, __by);
}

__tine_sse __m128i _mm_srli_epi32(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psrldi128((__v4si)__a, __n);
}

__tine_sse __m128i _mm_srl_epi32(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psrldi128((__v4si)__a, __by);
}

__tine_sse __m128i _mm_slli_epi64(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psllqi128((__v2di)__a, __n);
}

__tine_sse __m128i _mm_sll_epi64(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psllqi128((__v2di)__a, __by);
}

__tine_sse __m128i _mm_srli_epi64(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psrlqi128((__v2di)__a, __n);
}

__tine_sse __m128i _mm_srl_epi64(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psrlqi128((__v2di)__a, __by);
}

__tine_sse __m128i _mm_srai_epi16(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psrawi128((__v8hi)__a, __n);
}

__tine_sse __m128i _mm_sra_epi16(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psrawi128((__v8hi)__a, __by);
}

__tine_sse __m128i _mm_srai_epi32(__m128i __a, int __n) {
    return (__m128i)__builtin_ia32_psradi128((__v4si)__a, __n);
}

__tine_sse __m128i _mm_sra_epi32(__m128i __a, __m128i __n) {
    int __by = ((__v2du)__n)[0] > 255 ? 255 : (int)__n[0];
    return (__m128i)__builtin_ia32_psradi128((__v4si)__a, __by);
}

__tine_sse __m128i _mm_slli_si128(__m128i __a, int __n) {
    return (__n & 255) > 15 ? (__m128i){0, 0} : (__m128i)((unsigned __int128)__a << (8 * __n));
}

__tine_sse __m128i _mm_bslli_si128(__m128i __a, int __n) {
    return (__n & 255) > 15 ? (__m128i){0, 0} : (__m128i)((unsigned __int128)__a << (8 * __n));
}

__tine_sse __m128i _mm_srli_si128(__m128i __a, int __n) {
    return (__n & 255) > 15 ? (__m128i){0, 0} : (__m128i)((unsigned __int128)__a >> (8 * __n));
}

__tine_sse __m128i _mm_bsrli_si128(__m128i __a, int __n) {
    return (__n & 255) > 15 ? (__m128i){0, 0} : (__m128i)((unsigned __int128)__a >> (8 * __n));
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
    return (__m128i)__builtin_ia32_packsswb128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_packus_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_packuswb128((__v8hi)__a, (__v8hi)__b);
}

__tine_sse __m128i _mm_packs_epi32(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_ia32_packssdw128((__v4si)__a, (__v4si)__b);
}

__tine_sse __m128i _mm_unpacklo_epi8(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v16qi)__a, (__v16qi)__b,
                                            0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

__tine_sse __m128i _mm_unpackhi_epi8(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v16qi)__a, (__v16qi)__b,
                                            8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

__tine_sse __m128i _mm_unpacklo_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v8hi)__a, (__v8hi)__b, 0, 8, 1, 9, 2, 10, 3, 11);
}

__tine_sse __m128i _mm_unpackhi_epi16(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v8hi)__a, (__v8hi)__b, 4, 12, 5, 13, 6, 14, 7, 15);
}

__tine_sse __m128i _mm_unpacklo_epi32(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v4si)__a, (__v4si)__b, 0, 4, 1, 5);
}

__tine_sse __m128i _mm_unpackhi_epi32(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v4si)__a, (__v4si)__b, 2, 6, 3, 7);
}

__tine_sse __m128i _mm_unpacklo_epi64(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v2di)__a, (__v2di)__b, 0, 2);
}

__tine_sse __m128i _mm_unpackhi_epi64(__m128i __a, __m128i __b) {
    return (__m128i)__builtin_shufflevector((__v2di)__a, (__v2di)__b, 1, 3);
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
    return __builtin_ia32_pmovmskb128((__v16qi)__a);
}

#define _mm_shuffle_epi32(a, m) \
    (__extension__({ \
        __v4si __x = (__v4si)(a); \
        (__m128i)__builtin_shufflevector(__x, __x, (m) & 3, (m) >> 2 & 3, (m) >> 4 & 3, \
                                         (m) >> 6 & 3); \
    }))

#define _mm_shufflehi_epi16(a, m) \
    (__extension__({ \
        __v8hi __x = (__v8hi)(a); \
        (__m128i)__builtin_shufflevector(__x, __x, 0, 1, 2, 3, ((m) & 3) + 4, \
                                         ((m) >> 2 & 3) + 4, ((m) >> 4 & 3) + 4, \
                                         ((m) >> 6 & 3) + 4); \
    }))

#define _mm_shufflelo_epi16(a, m) \
    (__extension__({ \
        __v8hi __x = (__v8hi)(a); \
        (__m128i)__builtin_shufflevector(__x, __x, (m) & 3, (m) >> 2 & 3, (m) >> 4 & 3, \
                                         (m) >> 6 & 3, 4, 5, 6, 7); \
    }))

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
