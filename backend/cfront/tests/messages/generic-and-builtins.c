#include <stdarg.h>
int f(int n, char *s, double d)
{
    int a = _Generic(s, int: 1, double: 2);
    int b = _Generic(n, int: 1, signed: 2, default: 3);
    __builtin_frobnicate(n);
    __builtin_clz();
    __builtin_add_overflow(n, d, &n);
    __builtin_apply(0, 0, 0);
    va_list ap;
    va_start(ap, d);
    va_arg(n, int);
    __atomic_load_n(n, 0);
    __sync_fetch_and_add(&d, 1);
    &&nowhere;
    return __builtin_offsetof(struct { int a : 3; }, a) + __builtin_choose_expr(n, 1, 2);
}
void ends(int n, ...)
{
    va_list ap;
    va_start(ap, n);
    char c = va_arg(ap, char);
    float f = va_arg(ap, float);
    va_end(ap);
}
