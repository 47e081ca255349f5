int x; void f(void);
int loop(int n) { int s = 0; for (int i = 0; i < n; i++) { if (i % 3) continue; s += i; } return s; }
int pick(int n) { switch (n) { case 1: return 5; case 3 ... 9: n++; default: break; } return n; }
int jump(int n) { again: if (n--) goto again; do { n++; if (n > 5) break; } while (n); return n; }
int table(int n) { static void *t[] = {&&a, &&b}; goto *t[n & 1]; a: return 1; b: return 2; }
int value(int n) { return ({ int y = n; while (y > 3) y /= 2; y; }); }
int nest(int n) { int inner(int k) { return n + k; } return inner(2) + inner(3); }
