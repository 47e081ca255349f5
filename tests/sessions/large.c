// What asks for more than there is is refused, and the session goes on.
int x = 5;
int large[1 << 28]; x = 6; large
//! input 2:1:5: error: 2147483664 bytes of data asked for at once
thread_local char own[1 << 20];
//! error: the executor refused: 1048576 bytes of thread-local objects
char beyond[1ul << 33];
//! input 4:1:6: error:
x
//= int 5
large
//! 'large' undeclared
// One that needs a slab of its own takes its input's code along.
char first[500 << 20]; first[7] = 'a'; first[7]
//= char 'a' (97)
char second[500 << 20]; second[499 << 20] = 'b'; first[7] = 'c'; second[499 << 20]
//= char 'b' (98)
char next(void) { return first[7] + 1; }
next()
//= char 'd' (100)
:undo 3
//= back to just before input 7
second
//! 'second' undeclared
first[7]
//= char 'a' (97)
// status: 1
