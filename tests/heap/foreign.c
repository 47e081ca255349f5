// A pointer of another thread's heap that is not pinned there: found in zeal mode.
//! a managed object of another thread that is not pinned
// status: 134
// gc: zeal=1
#include <pthread.h>
#include <stdio.h>
#include <tine/heap.h>

struct node { struct node *next; };
static struct node *here;

static void *other(void *arg) {
    struct node *mine = gc_new(struct node);
    mine->next = arg;
    for (int i = 0; i < 10; i++) gc_new(struct node);
    return mine->next;
}

int main(void) {
    pthread_t t;
    here = gc_new(struct node);
    pthread_create(&t, 0, other, here);
    pthread_join(t, 0);
    puts("not found");
}
