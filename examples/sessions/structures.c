// Data structures as they are printed: a tree, a table, flags, a union, text, pointers by name.
struct tree { int key; struct tree *left, *right; };
struct tree one = {1}, three = {3}, two = {2, &one, &three};
two
//= struct tree {.key = 2, .left = &one {.key = 1, .left = NULL, .right = NULL}, .right = &three {.key = 3, .left = NULL, .right = NULL}}
typedef struct { char name[8]; double price; unsigned stock : 12, ordered : 4; } item;
item shelf[] = {{"bolt", 0.05, 900, 2}, {"nut", 0.03, 1200}};
shelf
//= item[2] {{.name = "bolt", .price = 0.05, .stock = 900, .ordered = 2}, {.name = "nut", .price = 0.03, .stock = 1200, .ordered = 0}}
&shelf[1].price
//= double * {shelf[1].price = 0.03}
enum access { READ = 1, WRITE = 2, EXECUTE = 4 };
(enum access)(READ | EXECUTE)
//= enum access READ | EXECUTE (5)
union { float f; unsigned bits; } one_half = {0.5f};
one_half
//= union {.f = 0.5, .bits = 1056964608}
int add(int a, int b) { return a + b; }
int sub(int a, int b) { return a - b; }
struct { char sign; int (*apply)(int, int); } operators[] = {{'+', add}, {'-', sub}};
operators
//= struct[2] {{.sign = '+', .apply = add}, {.sign = '-', .apply = sub}}
int counters[1000] = {[10] = 7};
counters
//= int[1000] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, [11 ... 999] = 0}
// What is printed in braces is an initialiser again.
item copy[2] = {{.name = "bolt", .price = 0.05, .stock = 900, .ordered = 2}, {.name = "nut", .price = 0.03, .stock = 1200, .ordered = 0}};
memcmp(copy, shelf, sizeof copy)
//! note: #include <string.h> was taken
//= int 0
(int *)16
//= int * (not mapped)
// status: 0
