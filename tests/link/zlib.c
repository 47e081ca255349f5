// link: /usr/lib/x86_64-linux-gnu/libz.a
// needs: /usr/lib/x86_64-linux-gnu/libz.a zlib1g-dev
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static unsigned char text[200000], packed[210000], back[200000];

int main(void)
{
    for (unsigned i = 0; i < sizeof text; i++)
        text[i] = "abcdefgh"[(i * i >> 7) & 7];
    for (int level = 0; level <= 9; level++) {
        unsigned long n = sizeof packed, m = sizeof back;
        if (compress2(packed, &n, text, sizeof text, level) || uncompress(back, &m, packed, n))
            return 1;
        printf("%d %lu %lu %d %08lx\n", level, n, m, memcmp(text, back, m), crc32(0, packed, n));
    }
    printf("%08lx %s\n", adler32(1, text, sizeof text), zlibVersion());
    return 0;
}
