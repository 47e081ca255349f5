/* <cpuid.h>: the processor's own description of itself. */
#ifndef __CPUID_H
#define __CPUID_H 1
#define bit_SSE3 (1 << 0)
#define bit_PCLMUL (1 << 1)
#define bit_SSSE3 (1 << 9)
#define bit_FMA (1 << 12)
#define bit_CMPXCHG16B (1 << 13)
#define bit_SSE4_1 (1 << 19)
#define bit_SSE4_2 (1 << 20)
#define bit_MOVBE (1 << 22)
#define bit_POPCNT (1 << 23)
#define bit_AES (1 << 25)
#define bit_XSAVE (1 << 26)
#define bit_OSXSAVE (1 << 27)
#define bit_AVX (1 << 28)
#define bit_F16C (1 << 29)
#define bit_RDRND (1 << 30)
#define bit_CMPXCHG8B (1 << 8)
#define bit_CMOV (1 << 15)
#define bit_MMX (1 << 23)
#define bit_FXSAVE (1 << 24)
#define bit_SSE (1 << 25)
#define bit_SSE2 (1 << 26)
#define bit_BMI (1 << 3)
#define bit_AVX2 (1 << 5)
#define bit_BMI2 (1 << 8)
#define bit_RTM (1 << 11)
#define bit_AVX512F (1 << 16)
#define bit_AVX512DQ (1 << 17)
#define bit_RDSEED (1 << 18)
#define bit_ADX (1 << 19)
#define bit_AVX512CD (1 << 28)
#define bit_SHA (1 << 29)
#define bit_AVX512BW (1 << 30)
#define bit_AVX512VL (1u << 31)
#define bit_LAHF_LM (1 << 0)
#define bit_LZCNT (1 << 5)

#define __cpuid(leaf, a, b, c, d) \
    __asm__ __volatile__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(leaf))
#define __cpuid_count(leaf, count, a, b, c, d) \
    __asm__ __volatile__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(leaf), "2"(count))

static __inline unsigned int __get_cpuid_max(unsigned int __leaf, unsigned int *__signature) {
    unsigned int __a, __b, __c, __d;
    __cpuid(__leaf & 0x80000000u, __a, __b, __c, __d);
    if (__signature)
        *__signature = __b;
    return __a;
}

static __inline int __get_cpuid(unsigned int __leaf, unsigned int *__a, unsigned int *__b,
                                unsigned int *__c, unsigned int *__d) {
    unsigned int __most = __get_cpuid_max(__leaf & 0x80000000u, 0);
    if (__most == 0 || __most < __leaf)
        return 0;
    __cpuid(__leaf, *__a, *__b, *__c, *__d);
    return 1;
}

static __inline int __get_cpuid_count(unsigned int __leaf, unsigned int __count,
                                      unsigned int *__a, unsigned int *__b, unsigned int *__c,
                                      unsigned int *__d) {
    unsigned int __most = __get_cpuid_max(__leaf & 0x80000000u, 0);
    if (__most == 0 || __most < __leaf)
        return 0;
    __cpuid_count(__leaf, __count, *__a, *__b, *__c, *__d);
    return 1;
}
#endif
