/* C23 that gcc accepts in silence */
int *p; _Static_assert(_Generic(1 ? (void *)nullptr : p, void *: 1, default: 0));
_Static_assert(_Generic(1 ? (void *)(void *)0 : p, void *: 1, default: 0));
_Static_assert(_Generic(1 ? (void *)0 : p, int *: 1, default: 0));
constexpr void *null = 0; _Static_assert(_Generic(1 ? null : p, void *: 1, default: 0));
int *q1 = (void *)(void *)0, *q2 = (void *)nullptr, *q3 = null; constexpr int zero = 0; int *q4 = zero;
struct m { char c; _Alignas(16) int i; short h; } m;
_Static_assert(alignof m.i == 16 && alignof m.h == 2 && alignof m.c == 1);
struct __attribute__((packed)) k { char c; int i; short h __attribute__((aligned(8))); } k;
_Static_assert(alignof k.i == 1 && alignof k.h == 8 && alignof(*(char *)&m) == 16);
struct list { struct list *next; struct { int v; }; };
struct list { struct list *next; struct { int v; }; };
void a1(struct list *l) { struct list { struct list *next; struct { int v; }; } b = *l, *c = l; c = b.next; l = c; }
struct late { int (*(*i)(void))[]; } late;
void a2(void) { struct late { int (*(*i)())[3]; } y; _Static_assert(3 * sizeof(int) == sizeof(*((1 ? &late : &y)->i()))); }
enum truth : bool { no, yes }; _Static_assert((enum truth)10 == 1 && sizeof(enum truth) == 1);
void a3(void *v) { enum truth t = v; t = nullptr; t = 256; t++; }
enum early : short; enum early : short { E1 }; enum early : volatile short;
constexpr float exact = 0.5, whole = 16777216; constexpr double d = 0.1; constexpr float f = 0.1f;
void a4(void) { const int n = 64; static int x = n + 1; const double r = 2; static double y = r * 2; (void)x; (void)y; }
int none[] = {}; _Static_assert(sizeof none == 0);
typedef int [[__extension__ gnu::vector_size(16)]] v4; int [[gnu::unused]] u;
struct c { _Atomic void *u; } c; void *w; _Static_assert(_Generic(1 ? c.u : w, void *: 1, default: 0));
unsigned char eight[] = u8"text"; __CHAR8_TYPE__ one = u8'a';
_Static_assert(alignof((char){1}) == 1 && _Alignof(_Alignas(16) char){1} == 16);
_Static_assert(_Generic(1.0 + (_Float32x)1, double: 1) && _Generic(1.0L + (_Float64x)1, long double: 1));
struct a { int x; int y[]; } a = { 1, { 2, 3 } }, a0 = { 1 }; struct b { struct a a; } b = { { 1, {} } };
_Static_assert(__builtin_strcmp("abc", "abc") == 0 && __builtin_memcmp("abc", "abd", 2) == 0 && __builtin_strncmp("b", "abc", 1) > 0);
_Static_assert(__builtin_fpclassify(0, 1, 2, 3, 4, 0.0f) == 4 && __builtin_fpclassify(0, 1, 2, 3, 4, 1e-310) == 3);
typedef int T; typedef int T __attribute__((aligned(64))); typedef int T; _Static_assert(_Alignof(T) == 64);
void in_function(void) { static struct { int a; struct { char c; } b; } x = (typeof(x)){ 1, { 2 } }; (void)x; (void)__builtin_cpu_supports("sse2"); }
int stepped(void) { ++(int){1}; return --(struct { int a; }){3}.a + ++*(int[]){4, 5}; }
void labels(int x) { switch (x) { [[maybe_unused]] case 1: ; [[maybe_unused]] default: ; } __extension__ [[]] int b = x; (void)b; }
struct o { int c; struct { float f; } sa[2]; }; _Static_assert(__builtin_offsetof(struct o, sa->f) == __builtin_offsetof(struct o, sa[0].f));
const float fa[2] = { 1, 2 }; const float fb[1] = { fa[1] }; double nan(const char *); const double nn = nan("");
int var[4]; void operands(void) { int x; asm("" : "=r"(x) : ""(1), "i"(&var[2])); __extension__ thread_local static int t; t = x; }
constexpr char narrow[] = "\xff", *nowhere = nullptr; constexpr int fits = (constexpr unsigned char){ 255 };
struct r { int a; char b[]; }; struct r { int a; char b[0]; };
struct [[nodiscard]] nod { int a; }; [[noreturn]] void never(void), ever(void); [[deprecated("old")]] typedef int old;
#define TEXT(x) #x
#define QUIET _Pragma(TEXT(GCC diagnostic ignored "-Wunused-variable"))
QUIET int quiet;
