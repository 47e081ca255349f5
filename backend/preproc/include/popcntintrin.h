/* <popcntintrin.h>: how many bits are set. */
#ifndef _POPCNTINTRIN_H_INCLUDED
#define _POPCNTINTRIN_H_INCLUDED
#define _mm_popcnt_u32(x) __builtin_popcount((unsigned int)(x))
#define _mm_popcnt_u64(x) ((long long)__builtin_popcountll((unsigned long long)(x)))
#endif
