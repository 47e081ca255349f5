// Loop counters of type int that index: stepped, compared, assigned, passed and mixed in every way.
#include <limits.h>
#include <stdio.h>
static int table[64], square[8][8];
static double weights[64];
static int bound = 40;
static int fill(int n) { for (int i = 0; i < n; i++) table[i] = i * 3 - n; return n; }
static long pick(int *at, int i, int j, int m) { return at[i * m + j] + at[i * m - j + m]; }
static int last(const int *p, int n) { int i = n; while (i-- > 0) if (p[i] % 2 == 0) return i; return i; }
static unsigned hash(const char *s) { unsigned h = 0; for (int i = 0; s[i]; i++) h = h * 31 + (unsigned char)s[i]; return h; }
static int find(const int *p, int n, int what) { int i; for (i = 0; i < n && p[i] != what; ++i) ; return i; }
static long strided(const int *p, int n, int by) { long s = 0; for (int i = n - 1; i >= 0; i -= by) s += p[i] * (long)i; return s; }
static int jumping(const int *p, int n) {
    int i = 0, seen = 0;
again:
    if (i >= n) return seen;
    seen += p[i];
    if (p[i] & 1) { i += 2; goto again; }
    i = i < 10 ? i + 3 : i * 2 - 5;
    goto again;
}
static int switched(const int *p, int n) {
    int s = 0;
    for (int i = 0; i < n;) switch (p[i] & 3) {
        case 0: s += p[i++]; break;
        case 1: s -= p[i]; i += 1 + (s & 1); break;
        default: s ^= i; i += s > 0 ? 1 : 2; continue;
    }
    return s;
}
static int limits(void) {
    int n = 0, i = INT_MAX - 3;
    for (; i < INT_MAX; i++) n += table[i - (INT_MAX - 3)];
    for (i = INT_MIN; i < INT_MIN + 4; i++) n += table[i + INT_MAX + 1];
    printf("%d %ld %u\n", i, (long)i, (unsigned)i);
    return n;
}
static void mixed(short s, unsigned char c, long l, unsigned u) {
    int i = s, j = c;
    i += c, j -= s;
    printf("%d %ld %lu\n", table[i & 63], (long)i, (unsigned long)j);
    i += l, j += u;
    printf("%d %ld %lld\n", table[i & 63], (long)i * 2, (long long)j - i);
    i <<= 2, j /= 3, i++, j--;
    printf("%d %d %d\n", i, j, table[(i + j) & 63]);
    printf("%d %d\n", (unsigned)i < u, i < l);
    i = j = -5;
    i++, ++j;
    printf("%d %d %d %lx\n", i == j, table[i + 8], table[-j], (unsigned long)i);
    float f = i; i += 1.75; double *w = weights + i;
    *(w + 4) = i + f; printf("%g %g\n", weights[i + 4], f);
}
int main(void) {
    int n = fill(64), sum = 0;
    for (int i = 0, j = n - 1; i < j; i++, j--) sum += table[i] * table[j] - (i > j - 5);
    for (int i = 0; i < 8; i++) for (int j = i; j < 8; ++j) square[i][j] = square[j][i] = i * 8 + j;
    for (int i = 1; i < 7; i++) for (int j = 1; j != 7; j++) sum += square[i - 1][j + 1] - square[i + 1][j - 1] * i;
    printf("%d %ld %d %d\n", sum, pick(table, 3, 2, 9), last(table, 64), last(table + 1, 1));
    printf("%u %d %d %ld\n", hash("counters"), find(table, 64, -1), find(table, bound, -64), strided(table, 64, 7));
    printf("%d %d %d\n", jumping(table, 64), switched(table, 60), limits());
    mixed(-7, 200, 1L << 20, 4000000000u);
    int i = 5, *p = table + i++;
    p[2] += table[i++] + 4;
    printf("%d %d\n", i, p[2]), i--;
    --i, printf("%d %d\n", table[i], i);
    for (int k = 0; k < bound; k += 11) bound -= k, printf("%d,%ld ", k, (long)k - bound);
    puts("");
}
