int printf(const char *, ...);
struct node { int v; struct node *next; } a = {1}, b = {2, &a};
static int counter;
int fib(int n) { return n < 2 ? n : fib(n-1) + fib(n-2); }
char s[] = "hello", *p = "world";
int arr[] = {[3] = 4, 5, [0] = 1};
enum { A, B = 5, C };
typedef int (*fn)(int);
fn table[] = { fib, [2] = fib };
struct bits { unsigned a:3, b:7; int c; } bb = {1, 2, 3};
int main(void) {
  int x = 3, y[4] = {1,2}, i;
  struct node n = { .next = &a, .v = 7 };
  for (int i = 0; i < 10; i++) { x += i; if (x > 5) break; else continue; }
  while (x--) ;
  do { x++; } while (x < 3);
  switch (x) { case 1: case 2 ... 4: x = 9; break; default: goto out; }
  printf("%d %s\n", fib(x), s);
out:
  i = sizeof y;
  return n.v + y[1] + C;
}
