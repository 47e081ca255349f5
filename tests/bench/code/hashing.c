/* Words put into a hash table and found again: bytes, chains, strcmp. */
#include <stdio.h>
#include <string.h>

#define WORDS 60000
#define SLOTS 65536

static char words[WORDS][12];
static int chain[WORDS], heads[SLOTS];

static unsigned hash(const char *text)
{
    unsigned h = 5381;
    while (*text)
        h = h * 33 + (unsigned char)*text++;
    return h ^ h >> 15;
}

int main(void)
{
    long found = 0;
    memset(heads, -1, sizeof heads);
    for (int i = 0; i < WORDS; i++) {
        unsigned n = (unsigned)i * 2654435761u;
        int length = 0;
        for (; length < 3 + i % 8; length++, n = n * 1103515245 + 12345)
            words[i][length] = (char)('a' + (n >> 16) % 26);
        words[i][length] = 0;
        unsigned slot = hash(words[i]) % SLOTS;
        chain[i] = heads[slot];
        heads[slot] = i;
    }
    for (int round = 0; round < 60; round++)
        for (int i = 0; i < WORDS; i++)
            for (int at = heads[hash(words[i]) % SLOTS]; at >= 0; at = chain[at])
                if (strcmp(words[at], words[i]) == 0) {
                    found += at;
                    break;
                }
    printf("%ld\n", found);
}
