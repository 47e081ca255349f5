/* <stdarg.h>; with __need___va_list only the name other headers use. */
#ifndef __GNUC_VA_LIST
#define __GNUC_VA_LIST
typedef __builtin_va_list __gnuc_va_list;
#endif
#ifdef __need___va_list
#undef __need___va_list
#elif !defined __STDARG_H
#define __STDARG_H 1
#ifndef _VA_LIST_DEFINED
#define _VA_LIST_DEFINED
typedef __gnuc_va_list va_list;
#endif
#ifndef _VA_LIST
#define _VA_LIST
#endif
#ifndef __va_list__
#define __va_list__
#endif
#if __STDC_VERSION__ > 201710L
#define __STDC_VERSION_STDARG_H__ 202311L
#define va_start(list, ...) __builtin_va_start(list, 0)
#else
#define va_start(list, last) __builtin_va_start(list, last)
#endif
#define va_end(list) __builtin_va_end(list)
#define va_arg(list, type) __builtin_va_arg(list, type)
#if __STDC_VERSION__ >= 199901L || !defined __STRICT_ANSI__
#define va_copy(to, from) __builtin_va_copy(to, from)
#endif
#define __va_copy(to, from) __builtin_va_copy(to, from)
#endif
