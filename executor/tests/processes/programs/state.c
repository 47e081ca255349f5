#define _GNU_SOURCE
#include <signal.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <errno.h>
#include <unistd.h>
static uint64_t counter = 100;
static uint64_t *heap;
uint64_t step(void) {
    counter++;
    uint64_t *more = malloc(counter * sizeof *more);
    if (heap) memcpy(more, heap, (counter - 1) * sizeof *more);
    more[counter - 1] = counter;
    free(heap);
    heap = more;
    return counter;
}
uint64_t check(void) { return heap && heap[counter - 1] == counter ? counter : 0; }
uint64_t children(void) { return wait(0) == -1 && errno == ECHILD ? 1 : 0; }
uint64_t self_abort(void) { counter = 5; abort(); }
uint64_t self_exit(void) { counter = 6; exit(3); }
uint64_t same_id(void) { return getpid() == gettid(); }
uint64_t self_raise(void) { counter = 7; raise(11); return 0; }
uint64_t bomb(void) { for (;;) if (!malloc(1 << 20)) return 77; }
static void *sleeper(void *arg) { for (;;) pause(); return arg; }
void start_thread(void) { pthread_t t; pthread_create(&t, 0, sleeper, 0); }
