// A crash, an exit and an abort cost the input and nothing else.
#include <stdlib.h>
#include <string.h>
int x = 41;
char *s = strdup("kept");
struct node { int v; struct node *next; } *list = malloc(sizeof *list);
list->v = 7; list->next = 0;
int *p = 0;
x = 99; *p = 1;
//! crash: SIGSEGV, write to a null pointer
//! session restored to just before this input
x
//= int 41
s[0] = 'K'; x++; abort();
//! crash: SIGABRT
x
//= int 41
s
//= char * "kept"
int y = 1; y / (x - 41)
//! SIGFPE, integer division by zero
unsigned long share(unsigned long all, char people) { return all % people; }
share(-1ul, 0)
//! SIGFPE, integer division by zero: 18446744073709551615 % 0 [all = 18446744073709551615]
short shrink(short a, int b) { a /= b; return a; }
shrink(-3, 0)
//! SIGFPE, integer division by zero: -3 / 0 [a = -3]
y
//! 'y' undeclared
int depth(int n) { volatile char a[1000]; a[0] = n; return depth(n + 1) + a[0]; }
depth(0)
//! the stack is used up
list->v
//= int 7
x + 1
//= int 42
// status: 1
#include <errno.h>
errno = 5;
*p = 1;
//! crash: SIGSEGV, write to a null pointer
errno
//= int 5
