// A signal's handler that allocates in the middle of an allocation: found.
//! by a signal's handler
// status: 134
// gc: zeal=2
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <tine/heap.h>

struct node { struct node *next; };
static struct node *list;

static void handler(int sig) { gc_new(struct node)->next = 0, (void)sig; }

int main(void) {
    struct itimerval often = {{0, 100}, {0, 100}};
    signal(SIGALRM, handler);
    setitimer(ITIMER_REAL, &often, 0);
    for (int i = 0; i < 200000; i++) {
        struct node *n = gc_new(struct node);
        n->next = i % 50 ? list : 0, list = n;
    }
    puts("not found");
}
