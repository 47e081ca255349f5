// options: -std=gnu17
// Words, attributes and lengths where they may not stand.
typedef _Thread_local int in_threads;
typedef inline void inlined(void);
typedef _Noreturn void never(void);
_Noreturn void (*never_back)(void);
void takes_inline(inline int f(void), _Noreturn void g(void));
void takes_register(register void);
inline int main(void);
typedef int spread __attribute__((aligned(8)));
struct spread { spread elements[3]; };
typedef struct __attribute__((mode(SI))) { int x; } of_a_mode;
typedef struct { int x; } __attribute__((vector_size(16))) of_lanes;
typedef int numbers[3];
_Atomic numbers all_at_once;
static int in_file = 3;
void hides(void) { int in_file = 4; { extern int in_file; in_file++; } }
enum too_far { FAR = 18446744073709551615u, FARTHER };
const char *nowhere = __func__;
int scalar = { 1, 2 };
