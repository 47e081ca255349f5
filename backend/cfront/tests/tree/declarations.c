extern int e1; int e1 = 2; static int s1; int t1; int t1; int arr[]; extern int arr[4];
inline int in1(void) { return 1; } extern inline int in2(void) { return 2; } static inline int in3(void) { return 3; }
extern int in1(void);
__attribute__((weak)) int w1; __attribute__((visibility("hidden"), section(".mine"))) int h1 = 1;
int aliased(void) { return 0; } int alias1(void) __attribute__((alias("aliased")));
static int ref(void) __attribute__((weakref("elsewhere")));
__attribute__((constructor(200), destructor)) static void start(void) {}
_Thread_local int tls1 = 1; static __thread long tls2; int labelled(void) asm("real_name");
_Alignas(32) char aligned1; int aligned2 __attribute__((aligned(64)));
typedef int v4 __attribute__((vector_size(16))); v4 vec = {1, 2, 3, 4};
typedef unsigned char byte_mode __attribute__((mode(DI))); byte_mode wide = 1;
_BitInt(37) bi = 5; unsigned _BitInt(128) bw = 1; _Complex double z = 1.0; __int128 big = -1; _Float128 q = 1;
constexpr int limit = 10; int sized[limit]; auto deduced = 2.5; typeof(sized) like; typeof_unqual(const int) plain;
enum fixed : unsigned char { F0, F1 = 255 } fixed; enum signedness { N = -1, P = 1 }; enum huge { H = 0x100000000 } huge;
struct tag { int a; }; struct tag { int a; } again; typedef struct tag tag_t; typedef struct tag tag_t;
int (*fp)(int (*)(void), char *[3]), *(*pfa[2])(void); const char *const volatile cv; int *restrict rp;
[[nodiscard, deprecated("use b")]] int a1(void); [[noreturn]] void never(void); _Noreturn void never2(void);
#pragma pack(push, 1)
struct packed { char c; int i; }; int packed_size = sizeof(struct packed);
#pragma pack(pop)
#pragma weak later
void later(void); void caller(void) { extern int e1; later(); e1 = s1; static int once = 3; once++; }
asm(".globl x");
_Static_assert(sizeof(struct packed) == 5); _Static_assert(_Alignof(v4) == 16, "vectors");
