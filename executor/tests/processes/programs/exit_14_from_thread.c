// status: 8
// | handler
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static void handler(void) { puts("handler"); }
static void *work(void *arg) { exit(8); return arg; }
int main(void) {
    pthread_t t;
    atexit(handler);
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    return 1;
}
// forked only
