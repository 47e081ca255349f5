// Values, statements and definitions, each redefined with its type or with another.
7/2.0
struct point { double x, y; } p = {3, 4};
p
hypot(p.x, p.y)
int fib(int n) {
    return n < 2 ? n : fib(n-1) + fib(n-2);
}
int fib(int n) { long a = 0, b = 1; while (n--) { long t = a + b; a = b; b = t; } return a; } // better
printf("out: %d\n", fib(20));
fib(10)
_ + $3
printf("out: %g %g\n", _, $3);
#define N 3
#define SQUARE(x) ((x) * (x))
int v[N] = {1, abs(-2), SQUARE(3)};
int w[] = {rand() * 0, 7}, n_w = sizeof w / sizeof *w;
for (int i = 0; i < N; i++)
    printf("out: %d %d\n", v[i], w[i % n_w]);
int x = 5;
int get_x(void) { return x; }
printf("out: %d\n", x);
int x = 7;
printf("out: %d %d\n", x, get_x());
double x = 2.5;
printf("out: %g %d\n", x, get_x());
#define N 4
printf("out: N %d\n", N);
