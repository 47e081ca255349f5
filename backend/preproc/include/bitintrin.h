/* The functions of BMI, BMI2 and LZCNT on words, in C; part of <immintrin.h>. */
#ifndef __TINE_BITINTRIN_H
#define __TINE_BITINTRIN_H 1
#define __tine_bits static __inline __attribute__((__always_inline__, __unused__))

__tine_bits unsigned short __tzcnt_u16(unsigned short __x) {
    return __x == 0 ? 16 : __builtin_ctz(__x);
}

__tine_bits unsigned short __lzcnt16(unsigned short __x) {
    return __x == 0 ? 16 : __builtin_clz(__x) - 16;
}

__tine_bits unsigned int __tzcnt_u32(unsigned int __x) {
    return __x == 0 ? 32 : __builtin_ctz(__x);
}

__tine_bits unsigned int __lzcnt32(unsigned int __x) {
    return __x == 0 ? 32 : __builtin_clz(__x);
}

__tine_bits unsigned int __andn_u32(unsigned int __x, unsigned int __y) {
    return ~__x & __y;
}

__tine_bits unsigned int __blsi_u32(unsigned int __x) {
    return __x & -__x;
}

__tine_bits unsigned int __blsmsk_u32(unsigned int __x) {
    return __x ^ (__x - 1);
}

__tine_bits unsigned int __blsr_u32(unsigned int __x) {
    return __x & (__x - 1);
}

__tine_bits unsigned int _bzhi_u32(unsigned int __x, unsigned int __n) {
    __n &= 255;
    return __n >= 32 ? __x : __x & (((unsigned int)1 << __n) - 1);
}

__tine_bits unsigned int _bextr_u32(unsigned int __x, unsigned int __start, unsigned int __length) {
    __start &= 255;
    return __start >= 32 ? 0 : _bzhi_u32(__x >> __start, __length);
}

__tine_bits unsigned int __bextr_u32(unsigned int __x, unsigned int __control) {
    return _bextr_u32(__x, __control & 255, __control >> 8 & 255);
}

/* The low bits of `__x` go where `__mask` has ones. */
static __inline unsigned int _pdep_u32(unsigned int __x, unsigned int __mask) {
    unsigned int __r = 0;
    for (; __mask != 0; __mask &= __mask - 1, __x >>= 1)
        if (__x & 1)
            __r |= __mask & -__mask;
    return __r;
}

/* The bits of `__x` where `__mask` has ones become the low bits. */
static __inline unsigned int _pext_u32(unsigned int __x, unsigned int __mask) {
    unsigned int __r = 0, __bit = 1;
    for (; __mask != 0; __mask &= __mask - 1, __bit <<= 1)
        if (__x & __mask & -__mask)
            __r |= __bit;
    return __r;
}

__tine_bits unsigned long long __tzcnt_u64(unsigned long long __x) {
    return __x == 0 ? 64 : __builtin_ctzll(__x);
}

__tine_bits unsigned long long __lzcnt64(unsigned long long __x) {
    return __x == 0 ? 64 : __builtin_clzll(__x);
}

__tine_bits unsigned long long __andn_u64(unsigned long long __x, unsigned long long __y) {
    return ~__x & __y;
}

__tine_bits unsigned long long __blsi_u64(unsigned long long __x) {
    return __x & -__x;
}

__tine_bits unsigned long long __blsmsk_u64(unsigned long long __x) {
    return __x ^ (__x - 1);
}

__tine_bits unsigned long long __blsr_u64(unsigned long long __x) {
    return __x & (__x - 1);
}

__tine_bits unsigned long long _bzhi_u64(unsigned long long __x, unsigned long long __n) {
    __n &= 255;
    return __n >= 64 ? __x : __x & (((unsigned long long)1 << __n) - 1);
}

__tine_bits unsigned long long _bextr_u64(unsigned long long __x, unsigned int __start, unsigned int __length) {
    __start &= 255;
    return __start >= 64 ? 0 : _bzhi_u64(__x >> __start, __length);
}

__tine_bits unsigned long long __bextr_u64(unsigned long long __x, unsigned long long __control) {
    return _bextr_u64(__x, __control & 255, __control >> 8 & 255);
}

/* The low bits of `__x` go where `__mask` has ones. */
static __inline unsigned long long _pdep_u64(unsigned long long __x, unsigned long long __mask) {
    unsigned long long __r = 0;
    for (; __mask != 0; __mask &= __mask - 1, __x >>= 1)
        if (__x & 1)
            __r |= __mask & -__mask;
    return __r;
}

/* The bits of `__x` where `__mask` has ones become the low bits. */
static __inline unsigned long long _pext_u64(unsigned long long __x, unsigned long long __mask) {
    unsigned long long __r = 0, __bit = 1;
    for (; __mask != 0; __mask &= __mask - 1, __bit <<= 1)
        if (__x & __mask & -__mask)
            __r |= __bit;
    return __r;
}

__tine_bits unsigned int _mulx_u32(unsigned int __x, unsigned int __y, unsigned int *__high) {
    unsigned long long __r = (unsigned long long)__x * __y;
    *__high = __r >> 32;
    return (unsigned int)__r;
}

__tine_bits unsigned long long _mulx_u64(unsigned long long __x, unsigned long long __y,
                                         unsigned long long *__high) {
    unsigned __int128 __r = (unsigned __int128)__x * __y;
    *__high = __r >> 64;
    return (unsigned long long)__r;
}

#define _tzcnt_u16(x) __tzcnt_u16(x)
#define _lzcnt_u16(x) __lzcnt16(x)
#define _tzcnt_u32(x) __tzcnt_u32(x)
#define _mm_tzcnt_32(x) ((int)__tzcnt_u32(x))
#define _lzcnt_u32(x) __lzcnt32(x)
#define _andn_u32(x, y) __andn_u32((x), (y))
#define _blsi_u32(x) __blsi_u32(x)
#define _blsmsk_u32(x) __blsmsk_u32(x)
#define _blsr_u32(x) __blsr_u32(x)
#define _tzcnt_u64(x) __tzcnt_u64(x)
#define _mm_tzcnt_64(x) ((int)__tzcnt_u64(x))
#define _lzcnt_u64(x) __lzcnt64(x)
#define _andn_u64(x, y) __andn_u64((x), (y))
#define _blsi_u64(x) __blsi_u64(x)
#define _blsmsk_u64(x) __blsmsk_u64(x)
#define _blsr_u64(x) __blsr_u64(x)
#endif
