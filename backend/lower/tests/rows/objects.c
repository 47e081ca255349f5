// What is said about symbols beside their contents.
#include <stdio.h>
#include <string.h>

__attribute__((section("my_data"))) int in_section = 5;
__attribute__((section("my_data"))) int in_section_too = 6;
__attribute__((section(".text.mine"), noinline)) int code_in_section(int x) { return x * 3; }
extern int __start_my_data[], __stop_my_data[];

int original(void) { return 41; }
int other_name(void) __attribute__((alias("original")));
int shadow = 7;
extern int shadow_too __attribute__((alias("shadow")));
static int hidden_target(void) { return 13; }
static int by_reference(void) __attribute__((weakref("hidden_name")));
int hidden_name(void) { return hidden_target(); }

static int of_own(void) __attribute__((weakref("own_global")));
int own_global(void) { return 21; }
static int weak_object_name __attribute__((weakref("shadow")));

__attribute__((weak)) int weak_defined(void) { return 1; }
extern int weak_missing(void) __attribute__((weak));
extern int weak_object __attribute__((weak));
__attribute__((visibility("hidden"))) int hidden_object = 8;
__attribute__((visibility("protected"))) int protected_function(void) { return 9; }

static int resolved_to(void) { return 77; }
static void *resolver(void) { return (void *)resolved_to; }
int indirect(void) __attribute__((ifunc("resolver")));

_Thread_local int counter = 3;
static __thread long zero_counter;
_Thread_local char text[8] = "tls";

static char order[16];
static int at;
__attribute__((constructor(102))) static void second(void) { order[at++] = '2'; }
__attribute__((constructor(101))) static void first(void) { order[at++] = '1'; }
__attribute__((constructor)) static void last(void) { order[at++] = '3'; }
__attribute__((destructor)) static void end(void) { puts("destructor"); fflush(stdout); }

_Alignas(64) char aligned[3];
static const char *const names[] = {"zero", "one", "two", [5] = "five"};
static int (*const functions[])(void) = {original, other_name, hidden_target};
struct { char c; const char *p; int *q; } packed_mix = {'x', "abc" + 1, &shadow};
static struct { int n; char tail[]; } flexible = {3, "tail"};
// A literal that was a pointer before it is an array's contents stays.
static struct { const char *p; char a[4]; const char *q; } literals[] = {
    {"one", "one", "two"}, {"six", "ten", "ten"}, {"", "", "end"}};
int common_like;
const volatile int seen = 12;

int count(void) { static int calls; static int from = 10; return ++calls + from++; }

int main(void) {
    printf("%d %d %d\n", of_own(), own_global(), weak_object_name);
    printf("%d %d %d\n", in_section, in_section_too, code_in_section(5));
    printf("%d\n", (int)(__stop_my_data - __start_my_data));
    printf("%d %d %d\n", other_name(), shadow_too, by_reference());
    shadow_too = 70;
    printf("%d %d %d %d\n", shadow, weak_defined(), &weak_missing == 0, &weak_object == 0);
    printf("%d %d %d\n", hidden_object, protected_function(), indirect());
    counter += 4; zero_counter--; text[0] = 'T';
    printf("%d %ld %s\n", counter, zero_counter, text);
    printf("%s\n", order);
    printf("%d\n", (int)((unsigned long)aligned % 64));
    printf("%s %s %d\n", names[1], names[5], names[3] == 0);
    for (int i = 0; i < 3; i++) printf("%d ", functions[i]());
    printf("%c %s %d %s\n", packed_mix.c, packed_mix.p, *packed_mix.q, flexible.tail);
    for (int i = 0; i < 3; i++) printf("[%s %.4s %s]", literals[i].p, literals[i].a, literals[i].q);
    common_like += 3;
    printf("%d %d %d %d\n", common_like, seen, count() + count(), count());
}
