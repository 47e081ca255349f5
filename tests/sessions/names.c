// Pointers into libraries have names too.
#include <stdio.h>
puts
//= int (*)(const char *) <puts>
int (*say)(const char *) = puts;
say
//= int (*)(const char *) <puts>
int twice(int x) { return 2 * x; }
&twice
//= int (*)(int) <twice>
// status: 0
