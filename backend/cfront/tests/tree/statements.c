int g(int);
int labels(int x) {
  static void *table[] = { &&one, &&two };
  goto *table[x & 1];
one: ;
  int late = 1;
two:
  switch (x) {
  case 1: case 2: g(1); [[fallthrough]];
  case 'a' ... 'z': return late;
  default: break;
  case 7: ;
  end: }
  for (int i = 0, j = 10; i < j; i++, j--) if (i == 3) continue; else if (j == 2) break;
  do x--; while (x > 0);
  return ({ int t = g(x); t > 0 ? t : 0; });
}
int nested(int n) {
  __label__ out;
  auto int inner(int);
  int twice(int k) { return inner(k) + n; }
  int inner(int k) { if (k > 100) goto out; return k * 2; }
  return twice(3);
out:
  return -1;
}
int old(a, c, f) char c; float f; { return a + c + f; }
void cleanup(int *p) { g(*p); }
void scoped(void) { __attribute__((cleanup(cleanup))) int v = 3; register int r asm("rbx") = 1; g(v + r); }
