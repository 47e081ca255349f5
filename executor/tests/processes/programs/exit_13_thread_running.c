// status: 2
// | leaving
// | handler
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
static atomic_int spinning;
static void *spin(void *arg) { for (;;) atomic_fetch_add(&spinning, 1); return arg; }
static void handler(void) { puts("handler"); }
int main(void) {
    pthread_t t;
    atexit(handler);
    pthread_create(&t, 0, spin, 0);
    while (!spinning) { }
    puts("leaving");
    return 2;
}
// forked only
