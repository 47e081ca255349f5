// The first things anybody types.
1+1
//= int 2
7/2.0
//= double 3.5
int x = 5;
x * 2
//= int 10
int fib(int n) {
    return n < 2 ? n : fib(n-1) + fib(n-2);
}
fib(20)
//= int 6765
#include <stdio.h>
printf("%d %s %g\n", x, "hello", 2.5);
//= 5 hello 2.5
struct point { double x, y; } p = {3, 4};
p
//= struct point {.x = 3, .y = 4}
int a[4] = {1, 2, 3, 4};
a
//= int[4] {1, 2, 3, 4}
for (int i = 0; i < 3; i++) printf("%d ", i); printf("\n");
//= 0 1 2 
x
//= int 5
'z'
//= int 122
(char)'z'
//= char 'z' (122)
// status: 0
