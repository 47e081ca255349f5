// Every width of arithmetic, conversions at the edges, formats.
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdint.h>
volatile int zero = 0;
int main(void) {
    int8_t a = -128; uint8_t b = 200; int16_t c = -32768; uint16_t d = 65535;
    int32_t e = INT32_MIN; uint32_t f = UINT32_MAX; int64_t g = INT64_MIN; uint64_t h = UINT64_MAX;
    printf("%d %u %d %u %" PRId32 " %" PRIu32 " %" PRId64 " %" PRIu64 "\n", a, b, c, d, e, f, g, h);
    printf("%d %d %d %u\n", a - 1, b << 4, c * 2, d + 1u);
    printf("%d %ld %lu\n", (int)f, (long)f, (unsigned long)e);
    printf("%d %d %u\n", -7 / 2, -7 % 2, -7u / 2);
    printf("%d %d %u\n", -8 >> 1, 1 << 30, 0x80000000u >> 31);
    printf("%.17g %.9g %a\n", 0.1, (double)0.1f, 1.0 / 3);
    printf("%Lf %.20Lg\n", 1.5L, 1.0L / 3);
    printf("%d %u %ld\n", (int)3.99, (unsigned)4e9, (long)-1e18);
    printf("%f %f\n", (double)UINT64_MAX, (double)(float)16777217);
    printf("%d %d %d\n", isnan(NAN + zero), isinf(1.0 / zero), signbit(-0.0) != 0);
    __int128 big = (__int128)INT64_MAX * 1000 + 7;
    printf("%" PRId64 " %" PRId64 "\n", (int64_t)(big >> 64), (int64_t)(big % 1000003));
    unsigned long long m = 1;
    for (int i = 0; i < 25; i++) m *= 7;
    printf("%llu %d\n", m, __builtin_popcountll(m));
    double sum = 0;
    for (int i = 1; i <= 1000; i++) sum += 1.0 / i / i;
    printf("%.12f %.12f\n", sum, sqrt(sum * 6));
    return 0;
}
