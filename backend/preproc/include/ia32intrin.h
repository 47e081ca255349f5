/* <ia32intrin.h>: the processor's counters, rotations and bit searches; included by
   <x86intrin.h> and <immintrin.h>. */
#ifndef __TINE_IA32INTRIN_H
#define __TINE_IA32INTRIN_H 1
#define __tine_word static __inline __attribute__((__always_inline__, __unused__))

__tine_word unsigned long long __rdtsc(void) {
    unsigned int __low, __high;
    __asm__ __volatile__("rdtsc" : "=a"(__low), "=d"(__high));
    return (unsigned long long)__high << 32 | __low;
}

__tine_word unsigned long long __rdtscp(unsigned int *__aux) {
    unsigned int __low, __high, __id;
    __asm__ __volatile__("rdtscp" : "=a"(__low), "=d"(__high), "=c"(__id));
    *__aux = __id;
    return (unsigned long long)__high << 32 | __low;
}

__tine_word void __pause(void) {
    __asm__ __volatile__("pause");
}

__tine_word unsigned int __crc32b(unsigned int __crc, unsigned char __v) {
    return __builtin_ia32_crc32qi(__crc, __v);
}

__tine_word unsigned int __crc32w(unsigned int __crc, unsigned short __v) {
    return __builtin_ia32_crc32hi(__crc, __v);
}

__tine_word unsigned int __crc32d(unsigned int __crc, unsigned int __v) {
    return __builtin_ia32_crc32si(__crc, __v);
}

__tine_word unsigned long long __crc32q(unsigned long long __crc, unsigned long long __v) {
    return __builtin_ia32_crc32di(__crc, __v);
}

__tine_word int __bsfd(int __x) {
    return __builtin_ctz(__x);
}

__tine_word int __bsrd(int __x) {
    return 31 ^ __builtin_clz(__x);
}

__tine_word int __bsfq(long long __x) {
    return __builtin_ctzll(__x);
}

__tine_word int __bsrq(long long __x) {
    return 63 ^ __builtin_clzll(__x);
}

__tine_word int __bswapd(int __x) {
    return __builtin_bswap32(__x);
}

__tine_word long long __bswapq(long long __x) {
    return __builtin_bswap64(__x);
}

__tine_word int __popcntd(unsigned int __x) {
    return __builtin_popcount(__x);
}

__tine_word int __popcntq(unsigned long long __x) {
    return __builtin_popcountll(__x);
}

__tine_word unsigned char __rolb(unsigned char __x, int __n) {
    __n &= 7;
    return __n == 0 ? __x : (unsigned char)(__x << __n | __x >> (8 - __n));
}

__tine_word unsigned char __rorb(unsigned char __x, int __n) {
    __n &= 7;
    return __n == 0 ? __x : (unsigned char)(__x >> __n | __x << (8 - __n));
}

__tine_word unsigned short __rolw(unsigned short __x, int __n) {
    __n &= 15;
    return __n == 0 ? __x : (unsigned short)(__x << __n | __x >> (16 - __n));
}

__tine_word unsigned short __rorw(unsigned short __x, int __n) {
    __n &= 15;
    return __n == 0 ? __x : (unsigned short)(__x >> __n | __x << (16 - __n));
}

__tine_word unsigned int __rold(unsigned int __x, int __n) {
    __n &= 31;
    return __n == 0 ? __x : (unsigned int)(__x << __n | __x >> (32 - __n));
}

__tine_word unsigned int __rord(unsigned int __x, int __n) {
    __n &= 31;
    return __n == 0 ? __x : (unsigned int)(__x >> __n | __x << (32 - __n));
}

__tine_word unsigned long long __rolq(unsigned long long __x, int __n) {
    __n &= 63;
    return __n == 0 ? __x : (unsigned long long)(__x << __n | __x >> (64 - __n));
}

__tine_word unsigned long long __rorq(unsigned long long __x, int __n) {
    __n &= 63;
    return __n == 0 ? __x : (unsigned long long)(__x >> __n | __x << (64 - __n));
}

__tine_word int _rdrand16_step(unsigned short *__to) {
    unsigned char __ok;
    __asm__ __volatile__("rdrand %0\n\tsetc %1" : "=r"(*__to), "=qm"(__ok));
    return __ok;
}

__tine_word int _rdrand32_step(unsigned int *__to) {
    unsigned char __ok;
    __asm__ __volatile__("rdrand %0\n\tsetc %1" : "=r"(*__to), "=qm"(__ok));
    return __ok;
}

__tine_word int _rdrand64_step(unsigned long long *__to) {
    unsigned char __ok;
    __asm__ __volatile__("rdrand %0\n\tsetc %1" : "=r"(*__to), "=qm"(__ok));
    return __ok;
}

#define _bswap(x) __bswapd(x)
#define _bswap64(x) __bswapq(x)
#define _bit_scan_forward(x) __bsfd(x)
#define _bit_scan_reverse(x) __bsrd(x)
#define _popcnt32(x) __popcntd(x)
#define _popcnt64(x) __popcntq(x)
#define _rdtsc() __rdtsc()
#define _rdtscp(aux) __rdtscp(aux)
#define _rotwl(x, n) __rolw((x), (n))
#define _rotwr(x, n) __rorw((x), (n))
#define _rotl(x, n) __rold((x), (n))
#define _rotr(x, n) __rord((x), (n))
#define _lrotl(x, n) __rolq((x), (n))
#define _lrotr(x, n) __rorq((x), (n))
#endif
