/* <immintrin.h>: what there is of the vector functions (up to SSE4.2) and of those on words. There
   are no vectors of 32 or 64 bytes: __AVX__ and its successors are not defined. */
#ifndef _IMMINTRIN_H_INCLUDED
#define _IMMINTRIN_H_INCLUDED
#include <nmmintrin.h>
#include <bitintrin.h>
#include <ia32intrin.h>
#endif
