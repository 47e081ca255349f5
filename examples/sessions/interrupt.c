// A long computation interrupted: what it had done is undone, what was there before is kept.
// `//^C` presses the key when the line before it has been answered.
#include <stdio.h>
int is_prime(long n) { for (long d = 2; d * d <= n; d++) if (n % d == 0) return 0; return n > 1; }
int found = 0; long last = 0;
int count(long n) { for (; n > 0; n--) if (is_prime(n)) found++, last = n; return found; }
count(100)
//= int 25
puts("this takes a while"), fflush(stdout), count(1000000000000)
//= this takes a while
//^C
//! ^C interrupted after
//! session restored
found
//= int 25
last
//= long 2
count(1000)
//= int 193
// status: 1
