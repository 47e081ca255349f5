int overflow = 2147483647 + 1;
int product = 65536 * 65536;
int negated = -(-2147483647 - 1);
int shifted = 1 << 32;
int backward = 1 << -1;
int divided = 1 / 0;
int fine = 0 && 1 / 0;
int fine_too = 1 ? 2 : 1 << 99;
long also_fine = 1L << 40;
unsigned wraps = 4294967295u + 1;
int n;
int not_constant = n + 1;
int sized[n];
int huge = 99999999999999999999;
double out = 1e999;
char c = 'abcde';
int bad = 08 + 1.5z;
_Static_assert(sizeof(int) == 8, "ints are wide");
int from(int x) { switch (x) { case n: return 1; } return x / 0 + x % 0 + (x >> 40); }
