// A function defined again is called by old callers and through stored pointers.
int f(int x) { return x + 1; }
int g(int x) { return 10 * f(x); }
int (*p)(int) = f;
g(1)
//= int 20
int f(int x) { return x + 5; }
g(1)
//= int 60
p(1)
//= int 6
int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
fact(5)
//= int 120
int v = 1;
int *pv = &v;
int read_v(void) { return v; }
int v = 7;
read_v()
//= int 7
*pv
//= int 7
double f(double x) { return x / 2; }
f(3)
//= double 1.5
g(1)
//= int 60
#define N 3
N
//= int 3
#undef N
#define N 4
N
//= int 4
p == p
//= int 1
static int hidden = 5;
static int twice(void) { return 2 * hidden; }
twice()
//= int 10
// status: 0
