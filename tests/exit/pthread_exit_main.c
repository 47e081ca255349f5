// main ends with pthread_exit: the program goes on until its last thread ends, status 0.
//= thread done
//= handler
// status: 0
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void handler(void) { puts("handler"); }
static void *work(void *arg) { usleep(20000); puts("thread done"); return arg; }
int main(void) {
    pthread_t t;
    atexit(handler);
    pthread_create(&t, 0, work, 0);
    pthread_exit(0);
}
