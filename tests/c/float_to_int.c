// Floating values no integer holds: C leaves the result open, gcc's code has the processor's.
#include <stdio.h>
#include <math.h>

volatile double doubles[] = {1e30, -1e30, 3e9, -3e9, 4294967296.5, 1.9e19, 9.3e18, -9.3e18, 70000.5,
                             -1.5, 2147483647.0, 2147483648.0, -2147483648.9, 300.7, INFINITY, NAN};

int main(void) {
    for (unsigned i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        volatile double d = doubles[i];
        volatile float f = (float)d;
        printf("%g: %d %u %ld %lu %hd %hu %hhd %hhu %d\n", d, (int)d, (unsigned)d, (long)d,
               (unsigned long)d, (short)d, (unsigned short)d, (signed char)d, (unsigned char)d,
               (_Bool)d);
        printf("%g: %d %u %ld %lu %hd %hu %hhd %hhu %d\n", f, (int)f, (unsigned)f, (long)f,
               (unsigned long)f, (short)f, (unsigned short)f, (signed char)f, (unsigned char)f,
               (_Bool)f);
    }
    return 0;
}
