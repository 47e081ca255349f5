// More zeros than the first slab has room for: a further slab is made for them.
// link: -lm
#include <stdio.h>
#include <string.h>

static char large[600u << 20];

int main(void)
{
    for (unsigned long i = 0; i < sizeof large; i += 50u << 20)
        large[i] = (char)(i >> 20);
    unsigned long sum = 0;
    for (unsigned long i = 0; i < sizeof large; i += 10u << 20)
        sum += (unsigned char)large[i];
    printf("%lu %d\n", sum, memcmp(large + 1, large + 2, 1000));
    return 0;
}
