// A thread still running our code at exit does not crash: its code stays until the process ends.
//= main
//= handler
// status: 0
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static volatile unsigned long counter;
static void *spin(void *arg) { for (;;) counter++; return arg; }
static void handler(void) { puts("handler"); }
int main(void) {
    pthread_t t;
    atexit(handler);
    pthread_create(&t, 0, spin, 0);
    while (counter < 1000) ;
    puts("main");
}
