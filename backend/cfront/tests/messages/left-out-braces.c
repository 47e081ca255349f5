// Braces that were left out.
struct in { int x, y; };
struct n { struct in i; int z; };
struct n a1 = { 1, 2, 3 };
struct n a2 = { 0 };
int m[2][2] = { 1, 2, 3, 4 };
int m2[2][2] = { 0 };
int m3[2][2] = { { 1, 2 }, 3, 4 };
struct n a3[] = { 1, 2, 3, 4, 5, 6 };
struct n a4[] = { { 1, 2, 3 }, { { 4, 5 }, 6 } };
struct n a5 = { .i.x = 1 };
struct n a6 = { .i = 1, 2 };
char s[2][4] = { "a", "b" };
struct c { char n[4]; int v; } a7 = { "abc", 1 };
union u { struct in i; int z; } a8 = { 1, 2 };
struct n a9 = { 0, 0 };
