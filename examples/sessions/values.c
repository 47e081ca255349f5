// What values look like.
struct point { double x, y; } p = {3, 4};
p
//= struct point {.x = 3, .y = 4}
enum color { RED, GREEN = 4, BLUE } c = BLUE;
c
//= enum color BLUE (5)
int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
grid
//= int[2][3] {{1, 2, 3}, {4, 5, 6}}
struct { unsigned low : 3; signed high : 5; _Bool set; } bits = {5, -3, 1};
bits
//= struct {.low = 5, .high = -3, .set = true}
struct node { int v; struct node *next; } a = {1}, b = {2, &a};
a.next = &b;
a
//= struct node {.v = 1, .next = &b {.v = 2, .next = &a (cycle)}}
1.0 / 3
//= double 0.3333333333333333
(__int128)1 << 100
//= __int128 1267650600228229401496703205376
1.0L / 3
//= long double 0.33333333333333333334
"text"
//= char[5] "text"
// status: 0
