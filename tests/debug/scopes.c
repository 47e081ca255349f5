// Lines, scopes, variable lengths, statics, variable arguments, recursion.
//
//gdb break @1
//gdb run
//gdb print total
//gdb next
//gdb next
//gdb next
//gdb print i
//gdb print square
//gdb next
//gdb print total
//gdb delete
//gdb break @2
//gdb continue
//gdb info locals
//gdb print vla
//gdb print sizeof(vla)
//gdb print table
//gdb ptype calls
//gdb print calls
//gdb print ::total
//gdb break @3
//gdb continue
//gdb print n
//gdb print sum
//gdb print ap[0].gp_offset
//gdb break @4 if n == 1
//gdb continue
//gdb bt
//gdb up 2
//gdb print n
//gdb down
//gdb print n
//gdb finish
//gdb delete
//gdb break @5
//gdb continue
//gdb print a
//gdb print b
//gdb step
//gdb step
//gdb bt
//gdb print x
//gdb print again
//gdb delete
//gdb tbreak main
//gdb break @6
//gdb continue
//gdb watch counter
//gdb continue
//gdb print counter
#include <stdarg.h>
#include <stdio.h>

double total = 99;
static int counter;

int loop(int n) {
    int total = 0; // stop
    static int calls;
    for (int i = 0; i < n; i++) {
        int square = i * i;
        total += square;
    }
    calls++;
    int vla[n];
    int table[2][n];
    for (int i = 0; i < n; i++) {
        vla[i] = i * 10;
        table[0][i] = i;
        table[1][i] = -i;
    }
    {
        char total[8] = "shadow";
        double other = 2.5;
        printf("%s %g %d %d\n", total, other, vla[n - 1], table[1][n - 1]); // stop
    }
    return total;
}

int many(int n, ...) {
    int sum = 0;
    va_list ap;
    va_start(ap, n);
    for (int i = 0; i < n; i++)
        sum += va_arg(ap, int);
    va_end(ap);
    return sum; // stop
}

int fact(int n) {
    if (n <= 1)
        return 1; // stop
    return n * fact(n - 1);
}

static int twice(int x) {
    int again = x * 2;
    return again;
}

int pair(int a) {
    int b = a + 1;
    b = twice(b); // stop
    return b;
}

int main(void) {
    int l = loop(4);
    int m = many(3, 10, 20, 30);
    int f = fact(5);
    int p = pair(6);
    printf("%d %d %d %d\n", l, m, f, p); // stop
    counter = 5;
    return 0;
}
