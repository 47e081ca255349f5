// So many millions of objects of two words, each dropped at once.
#include <stdio.h>
#include <stdlib.h>
#ifdef __TINE_EXECUTOR__
#include <tine/heap.h>
#elif defined BOEHM
#include <gc.h>
#endif

struct pair { struct pair *next; long n; };
struct pair *volatile last;

int main(int argc, char **argv) {
    long n = (argc > 1 ? atol(argv[1]) : 1) * 1000000;
    for (long i = 0; i < n; i++) {
#ifdef __TINE_EXECUTOR__
        struct pair *p = gc_new(struct pair);
        p->n = i, last = p;
#elif defined BOEHM
        struct pair *p = GC_MALLOC(sizeof *p);
        p->n = i, last = p;
#else
        struct pair *p = calloc(1, sizeof *p);
        p->n = i, last = p;
        if (i + 1 < n) free(p);
#endif
    }
    printf("%ld\n", last->n + 1);
}
