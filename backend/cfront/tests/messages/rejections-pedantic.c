// options: -std=gnu17 -Wpedantic
// What only -Wpedantic tells of, and a few errors.
_Bool flag;
void add(void) { __atomic_fetch_add(&flag, 1, 0); }
int ordered(char *p) { return p > 0; }
void labels(int n) {
    if (n) goto end;
    {
    here:
        int x = n;
        (void)x;
    }
end:
}
_Static_assert(1);
union u { int a; float f; };
union u cast(int a) { return (union u)a; }
int ahead(int n; int a[n], int n);
enum wide { BIG = 1ll << 40 };
int plain = sizeof(static int);
int *literal(void) { return &(static int){1}; }
int sized = (static int)1;
int called(void);
int variable;
enum not_integers { CALLED = (1 ? 2 : called()), READ = (1 ? 2 : variable) };
struct width { int w : (1 ? 3 : variable); };
int labelled(int n) { switch (n) { case (1 ? 2 : called()): return 1; } return 0; }
int at_index[] = { [(1 ? 1 : variable)] = 0 };
_Static_assert((1 ? 1 : variable), "evaluated all the same");
static const int five = 5;
static int of_five = five;
static int assigned = (1 ? 0 : (variable = 2));
static int left = (0 && called()) + (1 || called());
int constants[] = { (long)sizeof(int) + CALLED, 1 ? 2 : 1 / 0, __builtin_constant_p(variable) };
struct open { int n; char rest[]; };
struct open filled = { 1, "x" };
struct open several[2];
struct old_way { int b; } old_way = { b: 2 };
int ranged[] = { [0 ... 3] = 5 };
int mixed(void (*f)(void), void *p) { return f == p; }
_Complex double counted(_Complex double z) { z++; return ~z; }
