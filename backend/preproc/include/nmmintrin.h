/* <nmmintrin.h>: the SSE4.2 functions, which stand with those of SSE4.1. */
#ifndef _NMMINTRIN_H_INCLUDED
#define _NMMINTRIN_H_INCLUDED
#include <smmintrin.h>
#endif
