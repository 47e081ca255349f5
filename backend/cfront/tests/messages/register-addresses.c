int *f(int n) { register int x = n; int *p = &x; return p; }
