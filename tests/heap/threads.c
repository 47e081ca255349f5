// Each thread has a heap of its own; what is pinned may be handed to another, and outlives its
// thread. Heaps of threads that ended are gone.
//= sums 1
//= handed 1
//= mappings 1
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <tine/heap.h>

struct list { struct list *next; long n; };

static void *work(void *arg) {
    struct list *l = 0;
    long sum = 0;
    for (long i = 0; i < 300; i++) {
        struct list *new = gc_new(struct list);
        new->next = l, new->n = i + (long)arg, l = new;
        gc_array(char, 2000)[0] = 1;
    }
    for (; l; l = l->next) sum += l->n;
    return (void *)sum;
}

static void *gives(void *arg) {
    struct list *l = gc_pin(gc_new(struct list));
    l->n = 77;
    (void)arg;
    return l;
}

static int mappings(void) {
    FILE *f = fopen("/proc/self/maps", "r");
    int n = 0;
    for (int c; (c = getc(f)) != EOF;) n += c == '\n';
    fclose(f);
    return n;
}

int main(void) {
    enum { N = 4 };
    pthread_t t[N];
    void *result;
    int ok = 1;
    work(0);
    int before = 0;
    for (int round = 0; round < 60; round++) {
        for (long i = 0; i < N; i++) pthread_create(&t[i], 0, work, (void *)i);
        for (long i = 0; i < N; i++) {
            pthread_join(t[i], &result);
            ok &= (long)result == 300 * 299 / 2 + 300 * i;
        }
        if (round == 9) before = mappings();
    }
    printf("sums %d\n", ok);
    int after = mappings();
    pthread_create(&t[0], 0, gives, 0);
    pthread_join(t[0], &result);
    struct list *given = result;
    work(0);
    printf("handed %d\n", given->n == 77 && gc_unpin(given) == given);
    printf("mappings %d\n", after < before + 20);
}
