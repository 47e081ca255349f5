// The first five minutes: expressions, a structure, a function and its better half, a list, a crash.
7/2.0
//= double 3.5
struct point { double x, y; } p = {3, 4};
p
//= struct point {.x = 3, .y = 4}
#include <math.h>
hypot(p.x, p.y)
//= double 5
int fib(int n) {
    return n < 2 ? n : fib(n-1) + fib(n-2);
}
fib(20)
//= int 6765
int fib(int n) { long a = 0, b = 1; while (n--) { long t = a + b; a = b; b = t; } return a; }
//! redefined fib
fib(20)
//= int 6765
struct node { int v; struct node *next; } a = {1}, b = {2, &a}; a.next = &b;
a
//= struct node {.v = 1, .next = &b {.v = 2, .next = &a (cycle)}}
char *s = strdup("héllo"); s
//! note: #include <string.h> was taken
//= char * "héllo"
s[100000000] = 'x'
//! crash: SIGSEGV, write to
//! session restored to just before this input; all variables are intact
s
//= char * "héllo"
// status: 1
