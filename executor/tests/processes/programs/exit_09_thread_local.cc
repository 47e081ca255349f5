// status: 0
// | thread done
// | main thread's
// | global
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
extern "C" int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern "C" void *__dso_handle;
static void say(void *text) { puts((const char *)text); }
static void *work(void *) { __cxa_thread_atexit_impl(say, (void *)"thread done", &__dso_handle); return 0; }
struct global { ~global() { puts("global"); } } g;
int main() {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    __cxa_thread_atexit_impl(say, (void *)"main thread's", &__dso_handle);
    return 0;
}
