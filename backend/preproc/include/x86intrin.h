/* <x86intrin.h>: the same as <immintrin.h>. */
#ifndef _X86INTRIN_H_INCLUDED
#define _X86INTRIN_H_INCLUDED
#include <immintrin.h>
#endif
