/* The spectral norm of an infinite matrix: divisions of integers turned to floating point. */
#include <math.h>
#include <stdio.h>

#define SIZE 700

static double cell(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(const double *in, double *out, int turned)
{
    for (int i = 0; i < SIZE; i++) {
        double sum = 0;
        for (int j = 0; j < SIZE; j++)
            sum += (turned ? cell(j, i) : cell(i, j)) * in[j];
        out[i] = sum;
    }
}

int main(void)
{
    static double u[SIZE], v[SIZE], t[SIZE];
    double uv = 0, vv = 0;
    for (int i = 0; i < SIZE; i++)
        u[i] = 1;
    for (int i = 0; i < 10; i++) {
        times(u, t, 0);
        times(t, v, 1);
        times(v, t, 0);
        times(t, u, 1);
    }
    for (int i = 0; i < SIZE; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    printf("%.9f\n", sqrt(uv / vv));
}
