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
