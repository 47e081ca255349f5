/* The sieve of Eratosthenes over bytes. */
#include <stdio.h>
#include <string.h>

#define LIMIT 4000000

static char composite[LIMIT + 1];

int main(void)
{
    int count = 0;
    for (int round = 0; round < 6; round++) {
        memset(composite, 0, sizeof composite);
        count = 0;
        for (int i = 2; i <= LIMIT; i++)
            if (!composite[i]) {
                count++;
                for (long j = (long)i * i; j <= LIMIT; j += i)
                    composite[j] = 1;
            }
    }
    printf("%d\n", count);
}
