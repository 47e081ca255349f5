/* <stdnoreturn.h> */
#ifndef __STDNORETURN_H
#define __STDNORETURN_H 1
#define noreturn _Noreturn
#endif
