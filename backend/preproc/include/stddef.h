/* <stddef.h>; also, with __need_ macros, the parts of it other headers ask for. */
#if (!defined __STDDEF_H && !defined __need_size_t && !defined __need_ptrdiff_t \
     && !defined __need_wchar_t && !defined __need_NULL && !defined __need_wint_t)
#define __STDDEF_H 1
#define __need_size_t 1
#define __need_ptrdiff_t 1
#define __need_wchar_t 1
#define __need_NULL 1
#define __need_rest_of_stddef 1
#endif

#ifdef __need_ptrdiff_t
#undef __need_ptrdiff_t
#ifndef _PTRDIFF_T
#define _PTRDIFF_T
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#endif
#endif

#ifdef __need_size_t
#undef __need_size_t
#ifndef _SIZE_T
#define _SIZE_T
typedef __SIZE_TYPE__ size_t;
#endif
#endif

#ifdef __need_wchar_t
#undef __need_wchar_t
#ifndef _WCHAR_T
#define _WCHAR_T
typedef __WCHAR_TYPE__ wchar_t;
#endif
#endif

#ifdef __need_wint_t
#undef __need_wint_t
#ifndef _WINT_T
#define _WINT_T
typedef __WINT_TYPE__ wint_t;
#endif
#endif

#ifdef __need_NULL
#undef __need_NULL
#undef NULL
#define NULL ((void *)0)
#endif

#ifdef __need_rest_of_stddef
#undef __need_rest_of_stddef
#undef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#if __STDC_VERSION__ >= 201112L || !defined __STRICT_ANSI__
typedef struct {
    long long __max_align_ll __attribute__((__aligned__(__alignof__(long long))));
    long double __max_align_ld __attribute__((__aligned__(__alignof__(long double))));
} max_align_t;
#endif
#if __STDC_VERSION__ > 201710L
#define __STDC_VERSION_STDDEF_H__ 202311L
#define unreachable() (__builtin_unreachable())
typedef __typeof__(nullptr) nullptr_t;
#endif
#endif
