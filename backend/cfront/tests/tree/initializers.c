struct p { int x, y; };
struct r { struct p a, b; char s[4]; } r1 = {1, 2, {3}, "ab"}, r2 = {.b.y = 5, .a = {6, 7}, .s[1] = 'q'};
int m[2][3] = {1, 2, 3, 4}, n[][2] = {{1}, {2, 3}, 4, 5};
int ranges[8] = {[0 ... 2] = 7, [5 ... 6] = 9, 1};
union u { char c; long l; } u1 = {1}, u2 = {.l = 0x1234}, us[2] = {{2}, {.l = 3}};
struct old { int a, b; } old = { b: 2, a: 1 };
struct flex { int n; char text[]; } flex = {3, "abc"};
struct anon { int k; union { int i; float f; }; struct { int deep; }; } anon = {1, .f = 2.0f, .deep = 3};
char exact[3] = "abc", braced[] = {"xyz"}, *strings[] = {"a", "b"};
int *lit = (int[]){1, 2, 3}; struct p *lp = &(struct p){4, 5};
struct b { unsigned a : 3, : 2, c : 7; long d : 40; } bits = {5, 100, -1};
double d = 1; float f = 1.5; _Bool truth = 42; long double ld = 2; void *null = 0;
struct p copy = (struct p){8, 9};
int empty[3] = {}, scalar = {7};
void f1(int v, struct p q) {
  struct p a = q, b = {v, .x = 2}, c[2] = {q, {v}};
  int x[4] = {[1 ... 2] = v};
  char local[6] = "hey";
  struct r nested = {q, 1, 2, "z"};
  static struct p kept = {1, 2};
  int *p = (int[2]){v};
  const struct p *pp = &(struct p){.y = v};
}
