// A crash and what remains: everything.
#include <stdlib.h>
struct list { int v; struct list *next; };
struct list *push(struct list *l, int v) {
    struct list *n = malloc(sizeof *n);
    n->v = v, n->next = l;
    return n;
}
struct list *l = push(push(NULL, 1), 2);
int sum(struct list *l) { return l ? l->v + sum(l->next) : 0; }
sum(l)
//= int 3
l = push(l, 4); l->next->next->next->v = 5;
//! crash: SIGSEGV, write to member 'v' of a null 'struct list *' [l->next->next->next = NULL]
//! session restored to just before this input
sum(l)
//= int 3
int forever(int n) { return forever(n + 1) + 1; }
forever(0)
//! the stack is used up
sum(l)
//= int 3
exit(sum(l));
//! called exit(3)
// status: 3
