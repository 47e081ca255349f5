// A global that points to an object of a thread that has ended: found in zeal mode.
//! a managed object of a thread that ends
// status: 134
// gc: zeal=1
#include <pthread.h>
#include <stdio.h>
#include <tine/heap.h>

struct node { struct node *next; };
static struct node *left;

static void *other(void *arg) {
    left = gc_new(struct node);
    return arg;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, other, 0);
    pthread_join(t, 0);
    puts("not found");
}
