// The commands of the prompt.
struct point { double x, y; } p = {3, 4};
hypot(p.x, p.y)
//! note: #include <math.h> was taken
//= double 5
int v[4] = {1, 2, 3, 4};
int *q = &v[2];
q
//= int * {v[2] = 3}
:type p.x + 1
//= double
_ == q
//= int 1
:layout struct { char c; int i; unsigned a : 3, b : 5; }
//= struct: 12 bytes, aligned to 4
//=      0      1  char c
//=      1      3  (padding)
//=      4      4  int i
//=    8.0     3b  unsigned int a : 3
//=    8.3     5b  unsigned int b : 5
//=      9      3  (padding)
:doc printf
//= printf is declared in <stdio.h>, not included yet
:doc p
//= struct point p;  defined at input 1:1
:tpye 1
//! unknown command :tpye; did you mean :type?
:undo
//= back to just before input 6
:set elements 2
v
//= int[4] {1, 2, …}
:set timeout 0.1
v[0] = 9; for (;;) ;
//! the time limit was reached in input 8
v[0]
//= int 1
:set timeout off
v[0] = 5 + *(int *)0
//! input 10:1
//! v[0] = 5 + *(int *)0
//! ━
:reset
//= the session is empty again
v
//! 'v' undeclared
int main(int argc, char **argv) { puts(argv[argc - 1]); return argc; }
//! note: #include <stdio.h> was taken
:run a b
//= b
//= int 3
// status: 1
