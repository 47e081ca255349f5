// exit from another thread ends the program with its status, handlers run there.
//= handler
// status: 17
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void handler(void) { puts("handler"); }
static void *leave(void *arg) { (void)arg; exit(17); }
int main(void) {
    pthread_t t;
    atexit(handler);
    pthread_create(&t, 0, leave, 0);
    for (;;) pause();
}
