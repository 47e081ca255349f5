// options: -std=gnu17 -Wpedantic
// What the standard or gcc forbids, each in a line.
int wrong_count __attribute__((section("a", "b")));
void takes_none(void) __attribute__((noreturn(1)));
int only_dots(...);
int twice(a, a) int a; { return 0; }
void jumps(int x) { goto *x; }
static int hidden(void) __attribute__((weak));
static int hidden(void) { return 0; }
int late(void) __attribute__((noinline)) { return hidden(); }
void loops(void) {
    for (static int i = 0; i < 3; i++) ;
    for (extern int e; ;) ;
    for (int g(void); ;) ;
    for (struct s { int a; } x = {0}; x.a < 3; x.a++) ;
    for (typedef int T; ;) ;
}
struct one { int a; } braces = {{1}, {2}};
void proto(int, int);
void proto(a) int a; {}
void other(char *);
void other(p) int p; {}
void narrow(float);
void narrow(x) float x; {}
int gone(void) __attribute__((unavailable("use here()")));
int uses_gone(void) { return gone(); }
enum e { A };
void overflow(const int *c, enum e *e, _Bool *b, _Atomic int *a) {
    __builtin_add_overflow(1, 2, c);
    __builtin_add_overflow(1, 2, e);
    __builtin_add_overflow(1, 2, b);
    __builtin_add_overflow(1, 2, a);
}
