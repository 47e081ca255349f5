/* <stdint.h>: the C library's, which has all of it. */
#ifndef __TINE_STDINT_H
#define __TINE_STDINT_H 1
#include_next <stdint.h>
#endif
