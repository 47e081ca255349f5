/* <xmmintrin.h>: the SSE functions, in vector C. */
#ifndef __XMMINTRIN_H
#define __XMMINTRIN_H 1
#include <stdlib.h>

typedef long long __m64 __attribute__((__vector_size__(8), __may_alias__));
typedef float __m128 __attribute__((__vector_size__(16), __may_alias__));
typedef float __m128_u __attribute__((__vector_size__(16), __may_alias__, __aligned__(1)));
typedef float __v4sf __attribute__((__vector_size__(16)));
typedef int __v4si __attribute__((__vector_size__(16)));
typedef unsigned int __v4su __attribute__((__vector_size__(16)));

#define __tine_sse static __inline __attribute__((__always_inline__, __unused__))

#define _MM_SHUFFLE(d, c, b, a) (((d) << 6) | ((c) << 4) | ((b) << 2) | (a))

#define _MM_HINT_T0 3
#define _MM_HINT_T1 2
#define _MM_HINT_T2 1
#define _MM_HINT_NTA 0
#define _mm_prefetch(at, hint) __builtin_prefetch((at), 0, (hint))

/* Conversions as the processor has them: what does not fit is the least integer. */
__tine_sse int __tine_to_i32(double __x) {
    return __x >= -2147483648.0 && __x < 2147483648.0 ? (int)__x : -2147483647 - 1;
}

__tine_sse long long __tine_to_i64(double __x) {
    return __x >= -9223372036854775808.0 && __x < 9223372036854775808.0
               ? (long long)__x
               : -9223372036854775807LL - 1;
}

__tine_sse __m128 _mm_add_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a + (__v4sf)__b);
}

__tine_sse __m128 _mm_add_ss(__m128 __a, __m128 __b) {
    __a[0] = __a[0] + __b[0];
    return __a;
}

__tine_sse __m128 _mm_sub_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a - (__v4sf)__b);
}

__tine_sse __m128 _mm_sub_ss(__m128 __a, __m128 __b) {
    __a[0] = __a[0] - __b[0];
    return __a;
}

__tine_sse __m128 _mm_mul_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a * (__v4sf)__b);
}

__tine_sse __m128 _mm_mul_ss(__m128 __a, __m128 __b) {
    __a[0] = __a[0] * __b[0];
    return __a;
}

__tine_sse __m128 _mm_div_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a / (__v4sf)__b);
}

__tine_sse __m128 _mm_div_ss(__m128 __a, __m128 __b) {
    __a[0] = __a[0] / __b[0];
    return __a;
}

__tine_sse __m128 _mm_sqrt_ps(__m128 __a) {
    return (__m128)__builtin_ia32_sqrtps((__v4sf)__a);
}

__tine_sse __m128 _mm_sqrt_ss(__m128 __a) {
    __a[0] = __builtin_sqrtf(__a[0]);
    return __a;
}

__tine_sse __m128 _mm_rcp_ps(__m128 __a) {
    return (__m128){1 / __a[0], 1 / __a[1], 1 / __a[2], 1 / __a[3]};
}

__tine_sse __m128 _mm_rcp_ss(__m128 __a) {
    __a[0] = 1 / __a[0];
    return __a;
}

__tine_sse __m128 _mm_rsqrt_ps(__m128 __a) {
    return (__m128){
        1 / __builtin_sqrtf(__a[0]),
        1 / __builtin_sqrtf(__a[1]),
        1 / __builtin_sqrtf(__a[2]),
        1 / __builtin_sqrtf(__a[3]),
    };
}

__tine_sse __m128 _mm_rsqrt_ss(__m128 __a) {
    __a[0] = 1 / __builtin_sqrtf(__a[0]);
    return __a;
}

__tine_sse __m128 _mm_min_ps(__m128 __a, __m128 __b) {
    return (__m128){
        __a[0] < __b[0] ? __a[0] : __b[0],
        __a[1] < __b[1] ? __a[1] : __b[1],
        __a[2] < __b[2] ? __a[2] : __b[2],
        __a[3] < __b[3] ? __a[3] : __b[3],
    };
}

__tine_sse __m128 _mm_min_ss(__m128 __a, __m128 __b) {
    __a[0] = __a[0] < __b[0] ? __a[0] : __b[0];
    return __a;
}

__tine_sse __m128 _mm_max_ps(__m128 __a, __m128 __b) {
    return (__m128){
        __a[0] > __b[0] ? __a[0] : __b[0],
        __a[1] > __b[1] ? __a[1] : __b[1],
        __a[2] > __b[2] ? __a[2] : __b[2],
        __a[3] > __b[3] ? __a[3] : __b[3],
    };
}

__tine_sse __m128 _mm_max_ss(__m128 __a, __m128 __b) {
    __a[0] = __a[0] > __b[0] ? __a[0] : __b[0];
    return __a;
}

__tine_sse __m128 _mm_and_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4si)__a & (__v4si)__b);
}

__tine_sse __m128 _mm_andnot_ps(__m128 __a, __m128 __b) {
    return (__m128)(~(__v4si)__a & (__v4si)__b);
}

__tine_sse __m128 _mm_or_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4si)__a | (__v4si)__b);
}

__tine_sse __m128 _mm_xor_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4si)__a ^ (__v4si)__b);
}

__tine_sse __m128 _mm_cmpeq_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a == (__v4sf)__b);
}

__tine_sse __m128 _mm_cmpeq_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(__a[0] == __b[0]);
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmplt_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a < (__v4sf)__b);
}

__tine_sse __m128 _mm_cmplt_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(__a[0] < __b[0]);
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmple_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a <= (__v4sf)__b);
}

__tine_sse __m128 _mm_cmple_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(__a[0] <= __b[0]);
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpgt_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a > (__v4sf)__b);
}

__tine_sse __m128 _mm_cmpgt_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(__a[0] > __b[0]);
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpge_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a >= (__v4sf)__b);
}

__tine_sse __m128 _mm_cmpge_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(__a[0] >= __b[0]);
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpneq_ps(__m128 __a, __m128 __b) {
    return (__m128)((__v4sf)__a != (__v4sf)__b);
}

__tine_sse __m128 _mm_cmpneq_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(__a[0] != __b[0]);
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpnlt_ps(__m128 __a, __m128 __b) {
    return (__m128)(~((__v4sf)__a < (__v4sf)__b));
}

__tine_sse __m128 _mm_cmpnlt_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(!(__a[0] < __b[0]));
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpnle_ps(__m128 __a, __m128 __b) {
    return (__m128)(~((__v4sf)__a <= (__v4sf)__b));
}

__tine_sse __m128 _mm_cmpnle_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(!(__a[0] <= __b[0]));
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpngt_ps(__m128 __a, __m128 __b) {
    return (__m128)(~((__v4sf)__a > (__v4sf)__b));
}

__tine_sse __m128 _mm_cmpngt_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(!(__a[0] > __b[0]));
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpnge_ps(__m128 __a, __m128 __b) {
    return (__m128)(~((__v4sf)__a >= (__v4sf)__b));
}

__tine_sse __m128 _mm_cmpnge_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -(!(__a[0] >= __b[0]));
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpord_ps(__m128 __a, __m128 __b) {
    return (__m128)(((__v4sf)__a == (__v4sf)__a) & ((__v4sf)__b == (__v4sf)__b));
}

__tine_sse __m128 _mm_cmpord_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -((__a[0] == __a[0]) & (__b[0] == __b[0]));
    return (__m128)__r;
}

__tine_sse __m128 _mm_cmpunord_ps(__m128 __a, __m128 __b) {
    return (__m128)(((__v4sf)__a != (__v4sf)__a) | ((__v4sf)__b != (__v4sf)__b));
}

__tine_sse __m128 _mm_cmpunord_ss(__m128 __a, __m128 __b) {
    __v4si __r = (__v4si)__a;
    __r[0] = -((__a[0] != __a[0]) | (__b[0] != __b[0]));
    return (__m128)__r;
}

__tine_sse int _mm_comieq_ss(__m128 __a, __m128 __b) {
    return __a[0] == __b[0];
}

__tine_sse int _mm_ucomieq_ss(__m128 __a, __m128 __b) {
    return __a[0] == __b[0];
}

__tine_sse int _mm_comilt_ss(__m128 __a, __m128 __b) {
    return __a[0] < __b[0];
}

__tine_sse int _mm_ucomilt_ss(__m128 __a, __m128 __b) {
    return __a[0] < __b[0];
}

__tine_sse int _mm_comile_ss(__m128 __a, __m128 __b) {
    return __a[0] <= __b[0];
}

__tine_sse int _mm_ucomile_ss(__m128 __a, __m128 __b) {
    return __a[0] <= __b[0];
}

__tine_sse int _mm_comigt_ss(__m128 __a, __m128 __b) {
    return __a[0] > __b[0];
}

__tine_sse int _mm_ucomigt_ss(__m128 __a, __m128 __b) {
    return __a[0] > __b[0];
}

__tine_sse int _mm_comige_ss(__m128 __a, __m128 __b) {
    return __a[0] >= __b[0];
}

__tine_sse int _mm_ucomige_ss(__m128 __a, __m128 __b) {
    return __a[0] >= __b[0];
}

__tine_sse int _mm_comineq_ss(__m128 __a, __m128 __b) {
    return __a[0] != __b[0];
}

__tine_sse int _mm_ucomineq_ss(__m128 __a, __m128 __b) {
    return __a[0] != __b[0];
}

__tine_sse int _mm_cvtss_si32(__m128 __a) {
    return __tine_to_i32(__builtin_rint(__a[0]));
}

__tine_sse int _mm_cvt_ss2si(__m128 __a) {
    return _mm_cvtss_si32(__a);
}

__tine_sse long long _mm_cvtss_si64(__m128 __a) {
    return __tine_to_i64(__builtin_rint(__a[0]));
}

__tine_sse int _mm_cvttss_si32(__m128 __a) {
    return __tine_to_i32(__a[0]);
}

__tine_sse int _mm_cvtt_ss2si(__m128 __a) {
    return __tine_to_i32(__a[0]);
}

__tine_sse long long _mm_cvttss_si64(__m128 __a) {
    return __tine_to_i64(__a[0]);
}

__tine_sse __m128 _mm_cvtsi32_ss(__m128 __a, int __b) {
    __a[0] = (float)__b;
    return __a;
}

__tine_sse __m128 _mm_cvt_si2ss(__m128 __a, int __b) {
    return _mm_cvtsi32_ss(__a, __b);
}

__tine_sse __m128 _mm_cvtsi64_ss(__m128 __a, long long __b) {
    __a[0] = (float)__b;
    return __a;
}

__tine_sse float _mm_cvtss_f32(__m128 __a) {
    return __a[0];
}

#define _mm_shuffle_ps(a, b, m) \
    (__extension__({ \
        __v4sf __x = (__v4sf)(a), __y = (__v4sf)(b); \
        (__m128)__builtin_shufflevector(__x, __y, (m) & 3, (m) >> 2 & 3, ((m) >> 4 & 3) + 4, \
                                        ((m) >> 6 & 3) + 4); \
    }))

__tine_sse __m128 _mm_unpackhi_ps(__m128 __a, __m128 __b) {
    return (__m128)__builtin_shufflevector((__v4sf)__a, (__v4sf)__b, 2, 6, 3, 7);
}

__tine_sse __m128 _mm_unpacklo_ps(__m128 __a, __m128 __b) {
    return (__m128)__builtin_shufflevector((__v4sf)__a, (__v4sf)__b, 0, 4, 1, 5);
}

__tine_sse __m128 _mm_movehl_ps(__m128 __a, __m128 __b) {
    return (__m128)__builtin_shufflevector((__v4sf)__b, (__v4sf)__a, 2, 3, 6, 7);
}

__tine_sse __m128 _mm_movelh_ps(__m128 __a, __m128 __b) {
    return (__m128)__builtin_shufflevector((__v4sf)__a, (__v4sf)__b, 0, 1, 4, 5);
}

__tine_sse __m128 _mm_move_ss(__m128 __a, __m128 __b) {
    __a[0] = __b[0];
    return __a;
}

__tine_sse int _mm_movemask_ps(__m128 __a) {
    return __builtin_ia32_movmskps((__v4sf)__a);
}

__tine_sse __m128 _mm_set_ss(float __w) {
    return (__m128){__w, 0, 0, 0};
}

__tine_sse __m128 _mm_set1_ps(float __w) {
    return (__m128){__w, __w, __w, __w};
}

__tine_sse __m128 _mm_set_ps1(float __w) {
    return (__m128){__w, __w, __w, __w};
}

__tine_sse __m128 _mm_set_ps(float __z, float __y, float __x, float __w) {
    return (__m128){__w, __x, __y, __z};
}

__tine_sse __m128 _mm_setr_ps(float __z, float __y, float __x, float __w) {
    return (__m128){__z, __y, __x, __w};
}

__tine_sse __m128 _mm_setzero_ps(void) {
    return (__m128){0, 0, 0, 0};
}

__tine_sse __m128 _mm_undefined_ps(void) {
    return (__m128){0, 0, 0, 0};
}

__tine_sse __m128 _mm_load_ss(const float *__p) {
    return (__m128){*__p, 0, 0, 0};
}

__tine_sse __m128 _mm_load1_ps(const float *__p) {
    return (__m128){*__p, *__p, *__p, *__p};
}

__tine_sse __m128 _mm_load_ps1(const float *__p) {
    return (__m128){*__p, *__p, *__p, *__p};
}

__tine_sse __m128 _mm_load_ps(const float *__p) {
    return *(const __m128 *)__p;
}

__tine_sse __m128 _mm_loadu_ps(const float *__p) {
    return *(const __m128_u *)__p;
}

__tine_sse __m128 _mm_loadr_ps(const float *__p) {
    return (__m128){__p[3], __p[2], __p[1], __p[0]};
}

__tine_sse void _mm_store_ss(float *__p, __m128 __a) {
    *__p = __a[0];
}

__tine_sse void _mm_store1_ps(float *__p, __m128 __a) {
    *(__m128 *)__p = (__m128){__a[0], __a[0], __a[0], __a[0]};
}

__tine_sse void _mm_store_ps1(float *__p, __m128 __a) {
    *(__m128 *)__p = (__m128){__a[0], __a[0], __a[0], __a[0]};
}

__tine_sse void _mm_store_ps(float *__p, __m128 __a) {
    *(__m128 *)__p = __a;
}

__tine_sse void _mm_storeu_ps(float *__p, __m128 __a) {
    *(__m128_u *)__p = __a;
}

__tine_sse void _mm_storer_ps(float *__p, __m128 __a) {
    *(__m128 *)__p = (__m128){__a[3], __a[2], __a[1], __a[0]};
}

__tine_sse void _mm_stream_ps(float *__p, __m128 __a) {
    *(__m128 *)__p = __a;
}

__tine_sse __m128 _mm_loadh_pi(__m128 __a, const __m64 *__p) {
    __builtin_memcpy((float *)&__a + 2, __p, 8);
    return __a;
}

__tine_sse void _mm_storeh_pi(__m64 *__p, __m128 __a) {
    __builtin_memcpy(__p, (float *)&__a + 2, 8);
}

__tine_sse __m128 _mm_loadl_pi(__m128 __a, const __m64 *__p) {
    __builtin_memcpy((float *)&__a + 0, __p, 8);
    return __a;
}

__tine_sse void _mm_storel_pi(__m64 *__p, __m128 __a) {
    __builtin_memcpy(__p, (float *)&__a + 0, 8);
}

__tine_sse void _mm_sfence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

#define _MM_EXCEPT_MASK 0x003f
#define _MM_EXCEPT_INVALID 0x0001
#define _MM_EXCEPT_DENORM 0x0002
#define _MM_EXCEPT_DIV_ZERO 0x0004
#define _MM_EXCEPT_OVERFLOW 0x0008
#define _MM_EXCEPT_UNDERFLOW 0x0010
#define _MM_EXCEPT_INEXACT 0x0020
#define _MM_MASK_MASK 0x1f80
#define _MM_MASK_INVALID 0x0080
#define _MM_MASK_DENORM 0x0100
#define _MM_MASK_DIV_ZERO 0x0200
#define _MM_MASK_OVERFLOW 0x0400
#define _MM_MASK_UNDERFLOW 0x0800
#define _MM_MASK_INEXACT 0x1000
#define _MM_ROUND_MASK 0x6000
#define _MM_ROUND_NEAREST 0x0000
#define _MM_ROUND_DOWN 0x2000
#define _MM_ROUND_UP 0x4000
#define _MM_ROUND_TOWARD_ZERO 0x6000
#define _MM_FLUSH_ZERO_MASK 0x8000
#define _MM_FLUSH_ZERO_ON 0x8000
#define _MM_FLUSH_ZERO_OFF 0x0000

__tine_sse unsigned int _mm_getcsr(void) {
    unsigned int __csr;
    __asm__ __volatile__("stmxcsr %0" : "=m"(__csr));
    return __csr;
}

__tine_sse void _mm_setcsr(unsigned int __csr) {
    __asm__ __volatile__("ldmxcsr %0" : : "m"(__csr) : "memory");
}

#define _MM_GET_EXCEPTION_STATE() (_mm_getcsr() & _MM_EXCEPT_MASK)
#define _MM_SET_EXCEPTION_STATE(to) _mm_setcsr((_mm_getcsr() & ~_MM_EXCEPT_MASK) | (to))
#define _MM_GET_EXCEPTION_MASK() (_mm_getcsr() & _MM_MASK_MASK)
#define _MM_SET_EXCEPTION_MASK(to) _mm_setcsr((_mm_getcsr() & ~_MM_MASK_MASK) | (to))
#define _MM_GET_ROUNDING_MODE() (_mm_getcsr() & _MM_ROUND_MASK)
#define _MM_SET_ROUNDING_MODE(to) _mm_setcsr((_mm_getcsr() & ~_MM_ROUND_MASK) | (to))
#define _MM_GET_FLUSH_ZERO_MODE() (_mm_getcsr() & _MM_FLUSH_ZERO_MASK)
#define _MM_SET_FLUSH_ZERO_MODE(to) _mm_setcsr((_mm_getcsr() & ~_MM_FLUSH_ZERO_MASK) | (to))

__tine_sse void _mm_pause(void) {
    __asm__ __volatile__("pause" ::: "memory");
}

__tine_sse void * _mm_malloc(size_t __size, size_t __alignment) {
    void *__p;
    if (__alignment < sizeof(void *))
        __alignment = sizeof(void *);
    return posix_memalign(&__p, __alignment, __size) == 0 ? __p : (void *)0;
}

__tine_sse void _mm_free(void *__p) {
    free(__p);
}

#define _MM_TRANSPOSE4_PS(row0, row1, row2, row3) \
    do { \
        __m128 __r0 = (row0), __r1 = (row1), __r2 = (row2), __r3 = (row3); \
        (row0) = (__m128){__r0[0], __r1[0], __r2[0], __r3[0]}; \
        (row1) = (__m128){__r0[1], __r1[1], __r2[1], __r3[1]}; \
        (row2) = (__m128){__r0[2], __r1[2], __r2[2], __r3[2]}; \
        (row3) = (__m128){__r0[3], __r1[3], __r2[3], __r3[3]}; \
    } while (0)
#endif
