int take(int);
int plain(void) { int x; return x + 1; }
int sum(int n) { int s; for (int i = 0; i < n; i++) s += i; return s; }
int later(int n) { int x; if (n) x = 1; return x; }
int both(int n) { int x; if (n) x = 1; else x = 2; return x; }
int branch(int n) { int *p; if (n) return *p; p = &n; return *p; }
int rounds(int n) { int last; for (int i = 0; i < n; i++) { if (i) take(last); last = i; } return 0; }
int silence(void) { int x; (void)x; return sizeof x; }
int address(void) { int x; int *p = &x; return *p; }
int chosen(int n) { int x; switch (n) { case 1: x = 2; break; default: x = 3; } return x; }
int jumps(int n) { int x; if (n) goto out; x = 1; out: return n ? 0 : x; }
int logic(int n) { int x; return n && (x = take(n)) && x; }
int order(void) { int a, b; a = b; b = 1; return a + b; }
double real(void) { double d; d = d + 1; return d; }
int twice(void) { int n; n++; return n + n; }
