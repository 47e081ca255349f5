/* <mm_malloc.h>: memory for vectors; with the vector functions. */
#ifndef _MM_MALLOC_H_INCLUDED
#define _MM_MALLOC_H_INCLUDED
#include <xmmintrin.h>
#endif
