/* assorted tricky declarations that gcc accepts: silent expected */
typedef int T; 
void a1(void) { T T = 1; T++; }
int a2(T) ; int a2(int x) { return x; }
void a3(void) { typedef T T2; T2 *p = 0; (void)p; extern int ext; { int ext; { extern int ext; ext = 1; } } }
struct S { struct S *n; enum { E1, E2 } e; union { int i; float f; }; } s = { .i = 3, .e = E2 };
int (*(*fpa[3])(int))(char);
unsigned const volatile long int long x1; int unsigned long static x2;
int arr1[][3] = { {1}, {2} }; int f5(int [static 3], int [const *], int n, int [n][n]);
void a6(int n, int a[restrict n]) { int b[n]; typeof(b) c; c[0] = b[0]; for (int i; ; ) break; }
static int fwd[]; static int fwd[3];
struct inc; extern struct inc ei; struct inc *gi(void) { return &ei; } struct inc { int x; };
int a7(void) { goto L; { L:; } return ({ __label__ L; goto L; L: 3; }); }
int a8(x, y) int *x; { return *x + y; }
int a9() { return a2(1); } enum e9; enum e9 { A9 }; void vv(enum e9);
__extension__ typedef struct { long long quot; } lld_t; __extension__ int ea = 1;
void b1(void) { __extension__ ({ 1; }); int (x) = 2, (*(p)) = &x; *p = 1; }
int b2 = sizeof(struct { int a; char b; }), b3 = (int){5}; 
extern inline __attribute__((gnu_inline)) int b4(void) { return 1; } int b4(void) { return 2; }
char b5[] = ("paren"), b6[2][4] = {"abc", {'x'}}; const char *b7[] = { [2] = "z", "w" };
_Noreturn static void b8(void) { for (;;); } static _Thread_local int b9; extern _Thread_local int b10;
int c1(int a, ...) { __builtin_va_list ap; __builtin_va_start(ap, a); int r = __builtin_va_arg(ap, int); __builtin_va_end(ap); return r; }
struct { int :3; int x; } c2 = {5}; struct c3 { int n; char d[]; } c3 = { 1, {1,2,3} };
void c4(void) { struct c3 *p = &c3; switch (p->n) case 1: p->n = 2; if (p) ; else ; do ; while (0); }
int c5[sizeof(int) == 4 ? 1 : -1], c6['a'], c7[(int)1.5 + 1]; 
typedef void F(int); F c8; static F *c9 = c8; void c8(int x) { (void)x; c9(1); (*c9)(1); (**c9)(1); }
int d1(void) { int i = 3; int j = i++ + ++i, *k = &i, l = -*k; return j, l; }
__attribute__((unused)) static int d2; int d3 __attribute__((aligned(16))), d4 __attribute__((unused)) = 2;
int d5(int x) { __attribute__((unused)) int y; lab: __attribute__((unused)); return x ?: y; goto lab; }
typedef int D6 __attribute__((vector_size(16))); D6 d7(D6 a, D6 b) { return a + b * 2; }
const int d8 = 3; int d9 = d8 + 1; enum { EE = sizeof(int) }; struct bf { _Bool b : 1; enum e9 e : 2; unsigned long long w : 40; };
int e1x(int n) { switch (n) { int z; case 0: z = 1; return z; } return 0; }
void e2x(int a[2][3]) { a[1][2] = 0; int (*p)[3] = a; p++; sizeof(*p); }
int main(int argc, char **argv, char **envp) { return argc && argv && envp ? 0 : 1; }
enum m1 { M1 } __attribute__((mode(QI))); _Static_assert(sizeof(enum m1) == 1, "mode of an enumeration");
int m2[2][3] = { [0 ... 1][1 ... 2] = 7 }; void m3(int n) { int a[3][2][2] = { [0 ... 1][1][0 ... 1] = n }; (void)a; }
int m4(int n) { if (n > sizeof(enum { m5 = 2 })) return m5; while (n < sizeof(struct m6 { int x; })) n++; enum { m5 = 7 }; struct m6 { char c; } s = { 1 }; return m5 + s.c; }
void out_of_blocks_in_expressions(void) { ({ goto a; b: 0; ({ goto b; 0; }); 0; }); a:; }
int length; int of_pointer = sizeof(int (*)[length]); _Static_assert(sizeof(__typeof__(char (*)[length])) == 8, "");
struct fl { int i; char c[]; } fl = { 1, "01234" }; _Static_assert(__builtin_object_size(&fl.c, 0) == sizeof("01234"), "");
