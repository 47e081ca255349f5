// Threads, thread-local objects, atomics, once.
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
static _Thread_local int mine = 5;
static __thread long seen[4] = {1, 2, 3, 4};
static atomic_int shared;
static _Atomic long slow_sum;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long plain;
static void *work(void *arg) {
    long n = (long)arg;
    mine += n;
    seen[n % 4] *= 10;
    for (int i = 0; i < 20000; i++) {
        atomic_fetch_add(&shared, 1);
        __atomic_add_fetch(&plain, 2, __ATOMIC_RELAXED);
        if (i % 1000 == 0) slow_sum += 3;
    }
    pthread_mutex_lock(&lock);
    static int order;
    order++;
    pthread_mutex_unlock(&lock);
    return (void *)(mine * 100 + seen[n % 4]);
}
int main(void) {
    pthread_t t[4];
    void *r;
    for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, work, (void *)i);
    for (int i = 0; i < 4; i++) { pthread_join(t[i], &r); printf("%ld\n", (long)r); }
    int expected = 80000;
    _Bool swapped = atomic_compare_exchange_strong(&shared, &expected, 1);
    printf("%d %d %ld %ld %d %ld\n", shared, swapped, plain, slow_sum, mine, seen[1]);
    return 0;
}
