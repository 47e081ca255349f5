// The arena of <tine/arena.h>: marks, releases, alignment, memory that goes back, threads.
//= order 1
//= 4 nested 1 1 1
//= released 1
//= small again 1
//= threads 0
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <tine/arena.h>

struct list {
    struct list *next;
    int value;
};

static struct list *push(struct list *to, int value) {
    struct list *l = arena_alloc(sizeof *l);
    *l = (struct list){to, value};
    return l;
}

static void *thread(void *bad) {
    char *p = arena_alloc(1000);
    memset(p, 5, 1000);
    for (int i = 0; i < 1000; i++) {
        arena_mark_t mark = arena_mark();
        char *q = arena_alloc_aligned(i * 100 + 1, 64);
        if ((uintptr_t)q % 64) ++*(int *)bad;
        memset(q, i, i * 100 + 1);
        arena_release(mark);
    }
    if (p[999] != 5) ++*(int *)bad;
    return 0;
}

int main(void) {
    arena_mark_t before = arena_mark();
    struct list *l = 0;
    for (int i = 0; i < 100000; i++) l = push(l, i);
    int ordered = 1;
    for (int i = 99999; l; l = l->next, i--) ordered &= l->value == i;
    printf("order %d\n", ordered);
    arena_mark_t mark = arena_mark();
    char *a = arena_alloc(7), *b = arena_alloc(1);
    printf("4 nested %d %d", b - a == 16, (uintptr_t)a % 16 == 0);
    arena_release(mark);
    printf(" %d\n", arena_alloc(7) == a);
    memset(arena_alloc(64 << 20), 1, 64 << 20);
    arena_release(before);
    struct arena_stats stats = arena_stats();
    printf("released %d\n", stats.used == 0 && stats.kept < 4 << 20 && stats.reserved > 1 << 30);
    // Up and down by more than what is kept: not a fault for each page each time.
    for (int i = 0; i < 1000; i++) {
        memset(arena_alloc(8 << 20), i, 4096);
        arena_release(before);
    }
    printf("small again %d\n", arena_stats().used == 0);
    int bad[4] = {0};
    pthread_t t[4];
    for (int i = 0; i < 200; i++) {
        for (int k = 0; k < 4; k++) pthread_create(&t[k], 0, thread, &bad[k]);
        for (int k = 0; k < 4; k++) pthread_join(t[k], 0);
    }
    printf("threads %d\n", bad[0] + bad[1] + bad[2] + bad[3]);
}
