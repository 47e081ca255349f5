// What gcc leaves to libgcc: names of its shared half and of libgcc.a.
// link: -lm
#include <complex.h>
#include <stdio.h>

__attribute__((noinline)) static __int128 quotient(__int128 a, __int128 b) { return a / b; }
__attribute__((noinline)) static unsigned __int128 rest(unsigned __int128 a, unsigned __int128 b)
{
    return a % b;
}
__attribute__((noinline)) static _Complex double times(_Complex double a, _Complex double b)
{
    return a * b / (a + b);
}
__attribute__((noinline)) static __float128 wide(__float128 a, __float128 b)
{
    return a * b + a / b - (__float128)(long)a;
}

int main(void)
{
    __builtin_cpu_init();
    __int128 q = quotient((__int128)1 << 100, 12345);
    unsigned __int128 r = rest((unsigned __int128)7 << 110, 1000000007);
    _Complex double c = times(1 + 2 * I, 3 - 1 * I);
    printf("%lx%016lx %ld\n", (long)(q >> 64), (long)q, (long)r);
    printf("%.12g %.12g %.12g\n", creal(c), cimag(c), (double)wide(3, 7));
    printf("%d %d %d\n", __builtin_popcountll(0xf0f0), __builtin_parity(7), __builtin_clrsb(-1));
    printf("%d\n", !!__builtin_cpu_supports("sse2"));
    return 0;
}
