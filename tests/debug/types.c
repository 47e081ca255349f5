// Every kind of type, as a debugger shows it.
//
//gdb break @1
//gdb run
//gdb bt
//gdb info args
//gdb info locals
//gdb ptype p
//gdb ptype list
//gdb print list.v
//gdb print list.next->v
//gdb print *p
//gdb print p->x + 1
//gdb ptype op
//gdb print op(3, 4)
//gdb up
//gdb print u
//gdb print bits
//gdb ptype bits
//gdb print color
//gdb print/d color
//gdb ptype color
//gdb print here
//gdb whatis here
//gdb print wrapped
//gdb ptype wrapped
//gdb print aligned
//gdb print uc
//gdb print sh
//gdb print ull
//gdb print matrix
//gdb ptype matrix
//gdb print argc
//gdb print global
//gdb print table
//gdb print table[1][2]
//gdb ptype table
//gdb print per_thread
//gdb print *names@2
//gdb print flag
//gdb print ld
//gdb print z
//gdb print vec
//gdb ptype vec
//gdb print big
//gdb ptype big
//gdb print quad
//gdb print half
//gdb print origin
//gdb print deep.a
//gdb print deep.b
//gdb ptype deep
//gdb print volatile_one
//gdb ptype restricted
//gdb ptype constant
//gdb ptype functions
//gdb ptype anything
//gdb print large
//gdb ptype unfinished
//gdb ptype atomic
//gdb print atomic
//gdb whatis main
//gdb ptype add
//gdb print sizeof(size_t)
//gdb print (uint8_t)300
//gdb print sizeof(struct bits)
//gdb print ((struct node *)list.next)->v
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    double x, y;
} point;
struct node {
    int v;
    struct node *next;
};
enum color { RED, GREEN = 5, BLUE = -1 };
union any {
    int i;
    float f;
    char c[4];
};
struct bits {
    unsigned a : 3;
    int b : 5;
    unsigned long c : 40;
    _Bool d : 1;
};
struct deep {
    struct {
        int a;
        union {
            int b;
            float c;
        };
    };
    int tail[];
};
typedef int (*binary)(int, int);
enum big_enum { SMALL, HUGE_ONE = 0xffffffffffffull };
struct incomplete;

int global = 42;
static long table[2][3] = {{1, 2, 3}, {4, 5, 6}};
__thread int per_thread = 7;
const char *const names[] = {"one", "two"};
_Bool flag = 1;
long double ld = 1.5L;
double _Complex z = 1.0 + 2.0i;
typedef int v4 __attribute__((vector_size(16)));
v4 vec = {1, 2, 3, 4};
__int128 big = 5;
_Float128 quad = 2.5;
_Float16 half = 1.5;
point origin = {1, 2};
struct deep deep = {.a = 1, .b = 2};
volatile int volatile_one = 3;
int *restrict restricted;
const volatile int constant = 4;
int (*functions[2])(const char *, ...) = {printf};
void *anything = &global;
enum big_enum large = HUGE_ONE;
struct incomplete *unfinished;
_Atomic int atomic = 9;

int add(int a, int b) {
    return a + b;
}

int sum(int n, const point *p, struct node list, binary op) {
    int total = op(n, 2);
    return total + (int)p->x + list.v + (int)table[1][0]; // stop
}

int main(int argc, char **argv) {
    struct node b = {2, 0}, a = {1, &b};
    union any u = {.i = 1};
    struct bits bits = {5, -3, 1234567, 1};
    enum color color = GREEN;
    point here = {3, 4};
    struct {
        point corner;
        int n[2];
    } wrapped = {{5, 6}, {7, 8}};
    _Alignas(64) int aligned = 64;
    unsigned char uc = 'x';
    short sh = -3;
    unsigned long long ull = ~0ull;
    double matrix[2][2] = {{1, 2}, {3, 4}};
    int r = sum(4, &here, a, add);
    printf("%d %d %d %d %d %d\n", r, u.i, bits.b, color, aligned, uc);
    printf("%d %llu %g %g\n", sh, ull, matrix[1][1], wrapped.corner.y);
    return argc != 1 || !argv;
}
