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
//! `f` is declared, but neither defined nor in a library
x + 1
//= int 2
// status: 1
