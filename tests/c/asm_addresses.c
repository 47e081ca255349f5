/* Operands that are addresses within objects, and constraints that say nothing. */
#include <stdio.h>

static int numbers[4] = {1, 2, 3, 4};
static struct { char c; struct { short x, y; } points[3]; } shape = {'c', {{1, 2}, {3, 4}, {5, 6}}};

int main(void) {
    int *two;
    short *y;
    char *before;
    __asm__("leaq %c1(%%rip), %0" : "=r"(two) : "i"(&numbers[2]));
    __asm__("leaq %c1(%%rip), %0" : "=r"(y) : "i"(&shape.points[1].y));
    __asm__("leaq %c1(%%rip), %0" : "=r"(before) : "i"((char *)&numbers[1] - 2));
    int any = 7;
    __asm__ volatile("" : : ""(any), ""(numbers));
    printf("%d %d %d %d\n", *two, *y, before == (char *)numbers + 2, any);
    return 0;
}
