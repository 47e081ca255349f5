/* GNU vectors of 4 to 64 bytes. */
#include <stdio.h>
#define V(T, n, name) typedef T name __attribute__((vector_size(n * sizeof(T))));
V(signed char, 16, vc16) V(unsigned char, 8, vu8) V(short, 8, vs8) V(unsigned short, 4, vus4)
V(int, 4, vi4) V(unsigned, 4, vu4) V(int, 2, vi2) V(int, 8, vi8) V(long, 2, vl2) V(unsigned long, 2, vul2)
V(long, 4, vl4) V(float, 4, vf4) V(double, 2, vd2) V(double, 4, vd4) V(float, 2, vf2) V(char, 4, vch4) V(int, 16, vi16)
#define SHOW(v, n) { for (int k = 0; k < n; k++) printf("%ld ", (long)((v)[k])); printf("| "); }
#define FSHOW(v, n) { for (int k = 0; k < n; k++) printf("%g ", (double)((v)[k])); printf("| "); }
#define OPS(T, n, x, y) { T p = x, q = y; T r; r = p + q; SHOW(r, n) r = p - q; SHOW(r, n) r = p * q; SHOW(r, n) \
  r = p / q; SHOW(r, n) r = p % q; SHOW(r, n) r = p & q; SHOW(r, n) r = p | q; SHOW(r, n) r = p ^ q; SHOW(r, n) \
  r = p << (q & 3); SHOW(r, n) r = p >> (q & 3); SHOW(r, n) r = -p; SHOW(r, n) r = ~p; SHOW(r, n) \
  SHOW((p < q), n) SHOW((p <= q), n) SHOW((p > q), n) SHOW((p >= q), n) SHOW((p == q), n) SHOW((p != q), n) \
  r = p + 3; SHOW(r, n) r = 2 * q; SHOW(r, n) r += q; r -= 1; SHOW(r, n) printf("\n"); }
static vi8 add8(vi8 a, vi8 b) { return a + b; }
static vi2 add2(vi2 a, vi2 b) { return a * b; }
static vf4 scale(vf4 a, float s) { return a * s; }
struct holder { vf2 a; int n; vi4 b; };
static struct holder hold(struct holder h) { h.a += 1; h.b[2] = h.n; return h; }
int main(void) {
  volatile int one = 1;
  OPS(vc16, 16, ((vc16){1, -2, 3, -4, 100, 6, 7, 8, 9, 10, 11, 12, 13, 14, -128, 127}), ((vc16){3, 2, 1, 5, 2, 7, 9, 3, 1, 2, 3, 4, 5, 6, 7, 1}))
  OPS(vu8, 8, ((vu8){1, 250, 3, 4, 100, 6, 7, 8}), ((vu8){3, 2, 1, 5, 200, 7, 9, 3}))
  OPS(vs8, 8, ((vs8){1, -250, 3, 4, 30000, 6, 7, 8}), ((vs8){3, 2, 1, 5, 200, 7, 9, 3}))
  OPS(vus4, 4, ((vus4){1, 65000, 3, 4}), ((vus4){3, 2, 1, 5}))
  OPS(vi4, 4, ((vi4){1, -65000, 3, one}), ((vi4){3, 2, 1, 5}))
  OPS(vu4, 4, ((vu4){1, -65000, 3, one}), ((vu4){3, 2, 1, 5}))
  OPS(vi2, 2, ((vi2){-7, one}), ((vi2){2, 5}))
  OPS(vi8, 8, ((vi8){1, -2, 3, 4, 5, 6, 7, one}), ((vi8){8, 7, 6, 5, 4, 3, 2, 1}))
  OPS(vl2, 2, ((vl2){-7, one}), ((vl2){2, 5}))
  OPS(vul2, 2, ((vul2){-7, one}), ((vul2){2, 5}))
  OPS(vl4, 4, ((vl4){-7, one, 3, 4}), ((vl4){2, 5, 1, 1}))
  OPS(vch4, 4, ((vch4){-7, one, 3, 4}), ((vch4){2, 5, 1, 1}))
  vf4 f = {1.5, -2.25, one, 8}; vd2 d = {one, -2.5}; vd4 e = {1, 2, 3, one}; vf2 g = {one, 2.5};
  FSHOW(f + f, 4) FSHOW(f * 2, 4) FSHOW(f / (f + 1), 4) FSHOW(-f, 4) SHOW(f < 1.0f, 4) FSHOW(d - 1, 2) FSHOW(e * e, 4) FSHOW(g + g, 2)
  SHOW(d == d, 2) SHOW(e > 2, 4) FSHOW(scale(f, 3), 4) printf("\n");
  SHOW(add8((vi8){1, 2, 3, 4, 5, 6, 7, 8}, (vi8){1, 1, 1, 1, 1, 1, 1, one}), 8) SHOW(add2((vi2){3, 4}, (vi2){one, 2}), 2)
  struct holder h = hold((struct holder){g, 77, (vi4){1, 2, 3, 4}}); FSHOW(h.a, 2) SHOW(h.b, 4) printf("\n");
  vi4 v = {10, 20, 30, 40}, w = {1, 2, 3, 4};
  SHOW(__builtin_shuffle(v, (vi4){3, 2, 1, one}), 4) SHOW(__builtin_shuffle(v, w, (vi4){0, 4, 7, one}), 4)
  SHOW(__builtin_shufflevector(v, w, 0, 5, 2, 7), 4) SHOW(__builtin_shufflevector(v, w, 1, 6), 2)
  FSHOW(__builtin_convertvector(v, vf4), 4) SHOW(__builtin_convertvector(f, vi4), 4) FSHOW(__builtin_convertvector(v, vd4), 4) printf("\n");
  v[one] = 5; v[2]++; int sum = 0; for (int k = 0; k < 4; k++) sum += v[k]; printf("%d %d\n", sum, (int)sizeof(vi16));
  vi4 bits = (vi4)f; SHOW(bits, 4) vl2 cast = (vl2)v; SHOW(cast, 2) long whole = (long)g; printf("%lx\n", whole);
  vi16 big = {0}; big += 2; big[15] = one; SHOW(big, 16) static const vi4 table[2] = {{1, 2, 3, 4}, {5, 6, 7, 8}};
  SHOW(table[one], 4) vi4 *p = &v; *p = *p * 2; SHOW(*p, 4) printf("\n");
  return 0;
}
