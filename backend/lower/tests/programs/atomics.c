/* _Atomic objects and the builtins, of every size. */
#include <stdatomic.h>
#include <stdio.h>
struct three { char c[3]; };
struct eight { int a, b; };
struct sixteen { long a, b; };
_Atomic int ai; _Atomic unsigned char ac = 250; _Atomic short as; _Atomic long al; _Atomic float af = 1.5f;
_Atomic double ad = 2.5; _Atomic(char *) ap; _Atomic _Bool ab; _Atomic struct eight ae;
atomic_flag flag = ATOMIC_FLAG_INIT; int plain; unsigned long wide; __int128 huge; _Atomic long double ald = 1;
#define SHOW(T, op) { T v = 12; T old = __atomic_fetch_##op(&v, (T)10, __ATOMIC_SEQ_CST); T w = 12; \
  T new = __atomic_##op##_fetch(&w, (T)10, __ATOMIC_RELAXED); printf("%ld %ld %ld %ld ", (long)old, (long)v, (long)new, (long)w); }
int main(void) {
  ai = 5; ai += 3; ai++; --ai; ai *= 2; ai <<= 1; printf("%d %d %d\n", ai, ai++, --ai);
  ac += 10; as -= 4; al |= 0x100; printf("%d %d %ld\n", ac, as, al);
  af *= 2; ad += 0.25; ad++; ald *= 3; printf("%g %g %Lg\n", af, ad, ald);
  ap = "hello"; ap++; ap += 2; printf("%s\n", ap); ab = 7; printf("%d\n", ab);
  struct eight e = {1, 2}; ae = e; e = ae; printf("%d %d\n", e.a, e.b);
  SHOW(char, add) SHOW(short, sub) SHOW(int, and) SHOW(long, or) SHOW(unsigned char, xor) SHOW(int, nand) SHOW(__int128, add) SHOW(__int128, nand)
  printf("\n%d %d %d\n", atomic_flag_test_and_set(&flag), atomic_flag_test_and_set(&flag), (atomic_flag_clear(&flag), atomic_flag_test_and_set(&flag)));
  int expected = 1; printf("%d %d ", __atomic_compare_exchange_n(&plain, &expected, 9, 0, 5, 5), expected);
  printf("%d %d\n", __atomic_compare_exchange_n(&plain, &expected, 9, 0, 5, 5), plain);
  printf("%d %d %d\n", __sync_bool_compare_and_swap(&plain, 9, 4), __sync_val_compare_and_swap(&plain, 9, 5), plain);
  printf("%d %d %d\n", __sync_fetch_and_add(&plain, 3), __sync_add_and_fetch(&plain, 3), __sync_lock_test_and_set(&plain, 1)); __sync_lock_release(&plain);
  printf("%d %lu\n", plain, __atomic_exchange_n(&wide, 77, __ATOMIC_ACQ_REL)); __atomic_store_n(&wide, 3, __ATOMIC_RELEASE);
  printf("%lu %d\n", __atomic_load_n(&wide, __ATOMIC_ACQUIRE), atomic_load_explicit(&ai, memory_order_relaxed));
  struct eight x = {3, 4}, y; __atomic_store(&e, &x, 5); __atomic_load(&e, &y, 5); printf("%d %d\n", y.a, y.b);
  atomic_int counter = 3; printf("%d %d\n", atomic_fetch_add(&counter, 4), atomic_exchange(&counter, 1)); atomic_thread_fence(memory_order_seq_cst);
  int want = 1; printf("%d ", atomic_compare_exchange_strong(&counter, &want, 8)); atomic_init(&counter, 2); printf("%d\n", counter);
  __atomic_store_n(&huge, -1, 5); printf("%d ", (int)(huge == -1)); __int128 old = __atomic_exchange_n(&huge, 7, 5);
  printf("%d %d ", (int)(old == -1), (int)__atomic_load_n(&huge, 5)); old = 7;
  printf("%d ", __atomic_compare_exchange_n(&huge, &old, (__int128)1 << 100, 0, 5, 5)); printf("%d\n", (int)(huge >> 98));
  _Atomic struct sixteen s = {1, 2}; struct sixteen t = s; t.a += 5; s = t; t = s; printf("%ld %ld\n", t.a, t.b);
  return 0;
}
