int f(int);
long f(int a) { return a; }
static int x; int x;
int y; static int y;
int a[3]; int a[4];
void nothing();
nothing(int i) { return i; }
