/* Five bodies under gravity: floating point with square roots and divisions. */
#include <math.h>
#include <stdio.h>

#define COUNT 5

static struct body { double at[3], speed[3], mass; } bodies[COUNT] = {
    {{0, 0, 0}, {0, 0, 0}, 39.47},
    {{4.84, -1.16, -0.10}, {0.606, 2.81, -0.02}, 0.0377},
    {{8.34, 4.12, -0.4}, {-1.01, 1.82, 0.008}, 0.0113},
    {{12.89, -15.11, -0.22}, {1.08, 0.868, -0.01}, 0.0017},
    {{15.37, -25.9, 0.179}, {0.979, 0.594, -0.034}, 0.002},
};

static void advance(double step)
{
    for (int i = 0; i < COUNT; i++)
        for (int j = i + 1; j < COUNT; j++) {
            struct body *a = &bodies[i], *b = &bodies[j];
            double way[3], square = 0;
            for (int k = 0; k < 3; k++) {
                way[k] = a->at[k] - b->at[k];
                square += way[k] * way[k];
            }
            double pull = step / (square * sqrt(square));
            for (int k = 0; k < 3; k++) {
                a->speed[k] -= way[k] * b->mass * pull;
                b->speed[k] += way[k] * a->mass * pull;
            }
        }
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < 3; k++)
            bodies[i].at[k] += step * bodies[i].speed[k];
}

int main(void)
{
    for (int i = 0; i < 2000000; i++)
        advance(0.001);
    printf("%.9f %.9f\n", bodies[1].at[0], bodies[4].speed[2]);
}
