// Constants whose value only running gives; one that gets a new value.
#include <stdlib.h>
const int three = abs(-3);
three
//= int 3
const int *const at = &three;
*at
//= int 3
const struct { int n; const char *s; } pair = {abs(-4), "four"};
pair.n
//= int 4
(&(const int){abs(-5)})[0]
//= int 5
// status: 0
