/* The Mandelbrot set: a loop of floating point that ends at a data-dependent place. */
#include <stdio.h>

int main(void)
{
    enum { SIZE = 700, STEPS = 60 };
    unsigned sum = 0;
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) {
            double cr = 2.0 * x / SIZE - 1.5, ci = 2.0 * y / SIZE - 1, zr = 0, zi = 0;
            int n = 0;
            while (n < STEPS && zr * zr + zi * zi < 4) {
                double r = zr * zr - zi * zi + cr;
                zi = 2 * zr * zi + ci;
                zr = r;
                n++;
            }
            sum = sum * 31 + (unsigned)n;
        }
    printf("%u\n", sum);
}
