int *one(void) { return 3.0; }
char *two(int *p) { return p; }
int three(char *p) { return p; }
void conversions(const int *cp, volatile char *vc, unsigned *u, int (*f)(int))
{
    int *p = cp;
    char *c = vc;
    int *q = u;
    p = 5;
    int n = p;
    double d = p;
    void (*g)(void) = f;
    signed char small = 300;
    unsigned char same = -1;
    int big = 1e10;
    struct { int a; } s = 1, t = n;
    p = c;
    _Bool b = p;
    long l = (int)p;
    p = (int *)n;
    d = (double)p;
    s = (struct nowhere)n;
}
