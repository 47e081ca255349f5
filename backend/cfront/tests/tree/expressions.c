typedef int v4 __attribute__((vector_size(16)));
struct bits { unsigned a : 3; int b : 5; unsigned long c : 40; };
union number { int i; double d; };
struct pair { int x, y; };
int fields(struct bits *s)
{
    s->a += 2;
    s->c++;
    return s->a - 4 + (s->c << 30 > 0) + (s->b = 9);
}
long pointers(int *p, int *q, void *v, int n)
{
    p += n;
    v = v + 1;
    return p[n] + n[p] + (q - p) + *(p - 1) + (p < q) + !p + (p ? 1 : 2) + (v == p);
}
void choices(int a, unsigned b, double d, struct pair *p)
{
    d = a ?: b;
    d = a ? b : d;
    p = a ? p : 0;
    *p = (struct pair){ a, .y = 2 };
    a = ({ int t = a; t + 1; });
    a = (b++, --d, a);
}
double numbers(float f, long double l, _Complex double z, union number u)
{
    u = f > 0 ? (union number)(double)f : (union number)1;
    z = z * 2 + 1.0i;
    return f + l + __real__ z + __imag__ ~z + 0x1p-3f;
}
v4 vectors(v4 a, v4 b, int i)
{
    a[i] = 3;
    return (a < b ? a + 1 : -b) ^ (v4){ 1, 2 } << i;
}
int atomics(_Atomic int *p, int *q)
{
    *p += 1;
    __atomic_fetch_add(q, 2, __ATOMIC_SEQ_CST);
    return __sync_val_compare_and_swap(q, 1, 2) + __atomic_load_n(p, 0);
}
int variadic(int n, ...)
{
    __builtin_va_list ap;
    __builtin_va_start(ap, n);
    int sum = __builtin_va_arg(ap, int) + (int)__builtin_va_arg(ap, double);
    __builtin_va_end(ap);
    char text[n];
    void *here = &&end;
end:
    return sum + sizeof text + _Generic(here, void *: 1, default: 2) + __builtin_clz(n);
}
