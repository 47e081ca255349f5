/* <x86gprintrin.h>: the functions on words. */
#ifndef _X86GPRINTRIN_H_INCLUDED
#define _X86GPRINTRIN_H_INCLUDED
#include <bitintrin.h>
#include <ia32intrin.h>
#endif
