/* <stdint.h>: the C library's, which has all of it. */
#ifndef __TINE_STDINT_H
#define __TINE_STDINT_H 1
#include_next <stdint.h>
#if __STDC_VERSION__ > 201710L && !defined __STDC_VERSION_STDINT_H__
#define __STDC_VERSION_STDINT_H__ 202311L
#endif
#endif
