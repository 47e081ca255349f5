auto x; constexpr int n = f; int f(void) { auto y; auto z = 1.5; return z + n; } register int r; long long long q; signed unsigned w; short double d;
