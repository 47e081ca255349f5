// Types, tags and typedefs, defined anew; functions before what they call; initialisers that run.
#include <string.h>
#include <stdio.h>
struct node { int v; struct node *next; } a = {1}, b = {2, &a}; a.next = &b;
a
enum color { RED, GREEN } c = GREEN;
printf("out: %d %d\n", c, b.next->v);
const int three = strlen("abc");
typedef unsigned char byte; byte bb = 300 & 255;
int later(int q) { return q; }
static int helper(byte q) { return later(q); }
int later(int q) { return q + three; }
printf("out: %d %d\n", helper(4), bb);
struct { int x; char s[8]; } nameless = {strlen("four") * 10, "text"};
printf("out: %d %s\n", nameless.x, nameless.s);
struct shape { int sides; } square = {4};
int sides(struct shape s) { return s.sides; }
struct shape { double area; } circle = {3.25};
double area(struct shape s) { return s.area; }
printf("out: %d %g\n", sides(square), area(circle));
int twice(int n) { return 2 * n; }
int four_times(int n) { return twice(twice(n)); }
double twice(double n) { return 2 * n; }
printf("out: %d %g\n", four_times(3), twice(1.25));
int (*stored)(int) = four_times;
printf("out: %d\n", stored(2));
char text[] = "saved"; text[0] = 'S'; printf("out: %s %zu\n", text, sizeof text);
text
_[1]
printf("out: %c\n", $3);
typedef int number; number one = 1;
typedef double number; number half = 0.5;
printf("out: %d %g\n", one, half);
int index; index = 3;
printf("out: %d\n", index);
#include <strings.h>
int abs(int n) { return 42; }
printf("out: %d\n", abs(-3));
inline int small(void) { return 7; }
int calls_small(void) { return small(); }
printf("out: %d\n", calls_small());
int sq(int x) { return x * x; }
#define sq(x) ((x) + 1)
printf("out: %d %d\n", sq(5), (sq)(5));
#undef sq
printf("out: %d\n", sq(6));
int shadow = 3;
#define shadow 4
printf("out: %d\n", shadow);
const int fixed = 1;
int get_fixed(void) { return fixed; }
const int fixed = 2;
printf("out: %d %d\n", get_fixed(), fixed);
static int storage(void) { return 1; }
int uses_storage(void) { return storage(); }
int storage(void) { return 2; }
printf("out: %d\n", uses_storage());
int kept = 5;
int kept;
printf("out: %d\n", kept);
struct node { int v; struct node *next; } third = {3};
printf("out: %d\n", (a = *a.next, third.v));
