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
:where printf
//= <stdio.h>, not included yet
:doc p
//= struct point p;  defined at input 1:1
:tpye 1
//! unknown command :tpye; did you mean :type?
:undo
//= back to just before input 6
:set elements 2
v
//= int[4] {1, 2, …}
:limit time 0.1
v[0] = 9; for (;;) ;
//! the time limit was reached in input 8
:limit time off
v[0]
//= int 1
v[0] = 5 + *(int *)0
//! input 10:1:12: crash: SIGSEGV, read from a null pointer
:reset
//= the session is empty again
v
//! 'v' undeclared
int main(int argc, char **argv) { puts(argv[argc - 1]); return argc; }
//! note: #include <stdio.h> was taken
:run a b
//= b
//= int 3
:where main
//= input 11:1
//=    int main(int argc, char **argv) { puts(argv[argc - 1]); return argc; }
:run "a b" 'c d'
//= c d
//= int 3
:undo
//= back to just before input 13
:redo
//= main(3, (char *[]){"main", "a b", "c d", 0})
//= c d
//= int 3
:redo
//! there is nothing to redo
:undo 100
//! only the last 3 inputs are remembered
:history 1
//=   14  main(3, (char *[]){"main", "a b", "c d", 0})
:type struct { char c; long l; }
//= struct
:bits -1.5
//= double -1.5
//= 
//= 1 01111111111 1000000000000000000000000000000000000000000000000000
//= sign -, exponent 1023 (2^0), fraction
:limit time soon
//! time: `soon` is neither a number of seconds nor off
:limit
//= time off
//= memory off
:set elemnts 3
//! elemnts is no option; did you mean elements?
:load /nonexistent
//! /nonexistent: No such file or directory
:doc pritnf
//! pritnf: no such name; did you mean printf?
:doc while
//! while is a word of the language
:s
//! :s may be :save or :set
:edit 99
//! there is no input 99
// status: 1
