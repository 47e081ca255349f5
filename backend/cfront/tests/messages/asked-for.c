// options: -std=gnu17 -Wwrite-strings -Wcast-qual -Wredundant-decls -Wnested-externs -Wbad-function-cast -Wdouble-promotion
struct s { int a, b, c; };
struct s x = { 1 };
struct s arr[] = { { 1, 2 },
                   { 0 },
                   { .a = 1 },
                   {
                     1
                   } };
int f(int);
int f(int);
extern int f(int);
char *w = "lit";
void take(char *p);
const int g(void);
int static h(void) { return 1; }
extern int ext;
extern int ext;
int use(const char *p, const int **q, float fl, int (*fp)(int)) {
    extern int nested(void);
    extern int nestedv;
    typedef int unused_t;
    char *a = (char *)p;
    int **b = (int **)q;
    double d = fl * 2.0;
    d = d + fl;
    d = fl;
    void (*vp)(void) = (void (*)(void))fp;
    int (*vp2)(long) = (int (*)(long))fp;
    take("arg");
    w = "again";
    int e = (int)nested();
    float f2 = 1.5 * fl;
    long n = (long)f(1);
    int k = (int)g() + (int)(double)d;
    char *c2 = 1 ? "x" : a;
    return a[0] + **b + (int)d + (vp != 0) + (vp2 != 0) + e + (int)f2 + (int)n + nestedv + k + c2[0];
}
static const int cst(const int z) { return z; }
volatile int vfun(void);
int (*const cfp(void))(int);
char *ret(void) { return "ret"; }
struct inner { int x, y; };
struct outer { struct inner i; void *p; };
struct outer o1 = { { 0 } }, o2 = { 0 }, o3 = { { 1, 2 }, (void *)0 }, o4 = { .p = 0 }, o5 = { 1, 2 };
double half(float f) { return printf("%f", f) * 0.5f; }
double *wrong(double (*f)(void)) { return (double *)(long)f(); }
