#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
static sem_t go, done;
static long offset;
static uint64_t early_value;
static uint64_t *mine(void) { char *tp; __asm__("mov %%fs:0, %0" : "=r"(tp)); return (uint64_t *)(tp + offset); }
static void *early(void *arg) {
    for (;;) {
        sem_wait(&go);
        early_value = (*mine())++;
        sem_post(&done);
    }
    return arg;
}
static void *late(void *arg) { *(uint64_t *)arg = (*mine())++; return arg; }
void start_early(long where) {
    pthread_t t;
    offset = where;
    sem_init(&go, 0, 0);
    sem_init(&done, 0, 0);
    pthread_create(&t, 0, early, 0);
}
uint64_t sum(void) {
    pthread_t t;
    uint64_t late_value = 0;
    sem_post(&go);
    sem_wait(&done);
    pthread_create(&t, 0, late, &late_value);
    pthread_join(t, 0);
    return (*mine())++ + early_value + late_value;
}
static int recurse(volatile int *p) { volatile int here[64]; here[0] = *p; return recurse(here) + here[1]; }
static void *overflow(void *arg) { volatile int x = 0; recurse(&x); return arg; }
void overflow_in_thread(void) {
    pthread_t t;
    pthread_create(&t, 0, overflow, 0);
    pthread_join(t, 0);
}
