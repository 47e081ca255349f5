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
// What is printed can be typed again; what only looks like it is no call and no value.
int 3
//= int 3
int fact(int n) { return n; }
fact 5
//! expected ';' after the expression
x (3)
//! called object 'x' is not a function or function pointer
int z = x (9);
//! called object 'x' is not a function or function pointer
enum access { READ = 1, WRITE = 2 } how = WRITE;
how
//= enum access WRITE (2)
enum access WRITE (2)
//= enum access WRITE (2)
// status: 1
