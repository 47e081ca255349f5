struct pair { int a; double b; }; union u { int i; float f; char c[8]; };
struct bits { unsigned a : 3, b : 7; long c : 33; }; struct flex { int n; int x[]; };
struct pair make(int a) { struct pair p = {a, .b = 2}; p.a++; return p; }
int use(struct pair p, union u *v) { v->i = p.a; v->c[2] = 1; return v->f > p.b; }
int fields(struct bits *s, int n) { s->a = n; s->b += 3; s->c--; return s->a + s->b; }
int lengths(int n) { int x[n][2]; x[1][0] = n; return sizeof x + x[1][0]; }
int many(int n, ...) { __builtin_va_list ap; __builtin_va_start(ap, n);
  int s = __builtin_va_arg(ap, int); struct pair p = __builtin_va_arg(ap, struct pair);
  __builtin_va_end(ap); return s + p.a; }
typedef int v4 __attribute__((vector_size(16)));
v4 vectors(v4 a, v4 b) { a[1] = 3; return a * b + (a > b); }
struct pair all[3] = {[1] = {1, 2}, {.b = 3}}; int *into = &all[1].a; char text[] = "abc" "def";
