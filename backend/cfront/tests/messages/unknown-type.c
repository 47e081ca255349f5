void f(void) { strign x; foo y = 3; }
uint3 z;
int g(size_t n);
