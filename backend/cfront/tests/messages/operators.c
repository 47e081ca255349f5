struct pair { int a, b; };
int sums(struct pair p, int *q, double d, void *v)
{
    p + 1;
    q * 2;
    d % 2;
    d << 1;
    -p;
    ~d;
    !p;
    *d;
    q - v;
    q + q;
    p == p;
    q == d;
    p ? 1 : 2;
    d ? p : d;
    d ? q : 1.0;
    if (p) return 1;
    while (nothing) ;
    return p && d;
}
