/* The product of two matrices, as it stands in a textbook. */
#include <stdio.h>

#define SIZE 400

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

int main(void)
{
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = i * 0.5 + j;
            b[i][j] = i - j * 0.25;
        }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < SIZE; j++) {
                double sum = 0;
                for (int k = 0; k < SIZE; k++)
                    sum += a[i][k] * b[k][j];
                c[i][j] = sum + c[i][j] / 2;
            }
    printf("%.3f %.3f\n", c[1][2], c[SIZE - 1][SIZE / 2]);
}
