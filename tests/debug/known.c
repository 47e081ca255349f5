// What optimisation leaves to be seen: everything shown is right.
//
//gdb break here
//gdb run
//gdb up
//gdb print n
//gdb print p
//gdb print *p
//gdb print local
//gdb print global
//gdb print fl
//gdb print text
//gdb continue
//gdb up
//gdb print n
//gdb print local
//gdb print kept
//gdb print counter
//gdb print i
//gdb print changing
//gdb print array
//gdb print small
//gdb print fl
//gdb condition 1 n == 5
//gdb continue
//gdb up
//gdb print a
//gdb print b
//gdb print c
//gdb print d
//gdb print e
//gdb print f
//gdb print g
//gdb print h
//gdb condition 1
//gdb continue
//gdb up
//gdb print depth
//gdb print before
//gdb up
//gdb print depth
//gdb print before
//gdb up
//gdb print depth
//gdb print before
#include <stdio.h>

struct small {
    int x;
    short y;
};
struct two {
    long first;
    double second;
};
int global = 1;

__attribute__((noinline)) int here(int n) {
    global += n;
    return global;
}

__attribute__((noinline)) int work(int n, int *p, double fl, const char *text) {
    int local = n * 3;
    int kept = here(0) - 1 + local;
    struct small small = {n, (short)(n + 1)};
    struct two both = {n + 5, n + 0.5};
    double _Complex cplx = n + 2.0i;
    int counter = 0, changing = n;
    int array[4] = {1, 2, 3, 4};
    for (int i = 0; i < 2; i++) {
        changing = changing * 2 + i;
        counter++;
        array[i] = changing;
        *p += 1;
        here(1);
    }
    printf("%s %d %d %d %d %d %g %g %g %d\n", text, local, kept, small.x, small.y, changing,
           both.second, __real__ cplx, fl, array[1]);
    return (int)both.first + counter + array[2] + *p;
}

__attribute__((noinline)) int eight(int a, long b, unsigned char c, int d, long e, int f,
                                    struct two g, struct small h) {
    int r = here(a + d);
    return r + a + (int)b + c + d + (int)e + f + (int)g.first + h.y;
}

__attribute__((noinline)) int recurse(int depth) {
    int before = depth * 7;
    if (depth == 0)
        return here(1);
    int after = recurse(depth - 1);
    return after + before;
}

int main(void) {
    int cell = 10;
    int r = work(4, &cell, 1.25, "text");
    struct two g = {11, 12.5};
    struct small h = {13, 14};
    r += eight(1, 2, 3, 4, 5, 6, g, h);
    r += recurse(3);
    printf("%d\n", r);
    return 0;
}
