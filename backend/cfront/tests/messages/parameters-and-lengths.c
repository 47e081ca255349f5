int f(int a, int a) { int a; { int a; } }
void g(void x); void h(void, int); int i(int x, ...) { }
int j(int n) { static int v[n]; int w[n] = {1}; }
