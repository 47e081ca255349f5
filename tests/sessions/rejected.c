// An input that does not compile leaves no trace.
int x = 1;
int y = undefined_thing;
//! 'undefined_thing' undeclared
y
//! 'y' undeclared
x = ;
//! expected expression before ';'
x
//= int 1
int f(void); f()
//! `f` is declared, but neither defined nor in a library: define it before, or in the same input
x + 1
//= int 2
#define TWICE(n) ((n) * 2)
TWICE
//! 'TWICE' undeclared
//! it is a macro with parameters: write TWICE(…)
// status: 1
