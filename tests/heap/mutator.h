// A random mutator of the managed heap beside a model of it in memory of malloc. Every step does
// the same to both; check() compares all that is reachable.
#include <alloca.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tine/heap.h>

enum { N_ROOTS = 40, N_KIDS = 3, MAX_IDS = 4000, MAX_VECTOR = 600 };
enum kind { NONE, POINTER, NUMBER };

struct node;
struct vector {
    int n;
    struct node *items[];
};
struct node {
    char tag;
    int id;
    struct node *kids[N_KIDS];
    struct {
        short filler;
        union {
            struct node *node;
            long number;
            char bytes[12];
        } u;
    } inner;
    char *text;
    struct node **array;
    struct vector *vector;
};

// The model: ids, 0 for null.
struct shadow {
    int kids[N_KIDS];
    enum kind kind;
    long u;
    char text[24];
    int text_at;
    int n_array, n_vector;
    short array[MAX_VECTOR], vector[8];
    int seen;
};

struct node *roots[N_ROOTS];
static struct { int pad; struct node **slot; } inside[8];
static struct shadow *shadow;
static int shadow_roots[N_ROOTS], inside_id[8], inside_kid[8];
static int next_id = 1, last_id, stamp;
static uint64_t state;
static jmp_buf jump;
static unsigned long done_steps;

static unsigned rnd(unsigned n) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (unsigned)(state >> 20) % n;
}

static int id_of(struct node *n) { return n ? n->id : 0; }

static struct node *make(void) {
    struct node *n = gc_new(struct node);
    n->id = next_id++;
    n->tag = 'n';
    memset(&shadow[n->id], 0, sizeof *shadow);
    return n;
}

static void set_root(int r, struct node *n) {
    roots[r] = n;
    shadow_roots[r] = id_of(n);
}

static void forget_all(void) {
    memset(roots, 0, sizeof roots);
    memset(inside, 0, sizeof inside);
    memset(shadow_roots, 0, sizeof shadow_roots);
    memset(inside_id, 0, sizeof inside_id);
    next_id = 1;
    last_id = 50 + rnd(rnd(2) ? 200 : MAX_IDS - 50); // graphs of many sizes
}

static int differs(const char *what, int id) {
    printf("after %lu steps: node %d differs in %s\n", done_steps, id, what);
    return 0;
}

static int same(struct node *n, int id, int depth) {
    if (!n || !id) return !n && !id ? 1 : differs("being there", id);
    if (n->id != id || n->tag != 'n') return differs("its id", id);
    struct shadow *s = &shadow[id];
    if (s->seen == stamp || depth > 3000) return 1;
    s->seen = stamp;
    for (int k = 0; k < N_KIDS; k++)
        if (!same(n->kids[k], s->kids[k], depth + 1)) return 0;
    if (s->kind == POINTER && !same(n->inner.u.node, (int)s->u, depth + 1)) return 0;
    if (s->kind == NUMBER && n->inner.u.number != s->u) return differs("a number", id);
    if (!n->text != !s->text[0]) return differs("having a text", id);
    if (n->text && strcmp(n->text, s->text + s->text_at)) return differs("its text", id);
    for (int i = 0; i < s->n_array; i++)
        if (!same(n->array[i], s->array[i], depth + 1)) return 0;
    if (s->n_vector && n->vector->n != s->n_vector) return differs("its vector", id);
    for (int i = 0; i < s->n_vector; i++)
        if (!same(n->vector->items[i], s->vector[i], depth + 1)) return 0;
    return 1;
}

int check(void) {
    stamp++;
    for (int r = 0; r < N_ROOTS; r++)
        if (!same(roots[r], shadow_roots[r], 0)) return 0;
    for (int i = 0; i < 8; i++)
        if (inside_id[i] && !same(*inside[i].slot, shadow[inside_id[i]].kids[inside_kid[i]], 0))
            return 0;
    return 1;
}

static int by_id(const void *a, const void *b) {
    gc_new(struct node)->id = -1;
    char *t = gc_printf("garbage %d", id_of(*(struct node *const *)a));
    return id_of(*(struct node *const *)a) - id_of(*(struct node *const *)b) + 0 * t[0];
}

static void sort(struct node *n) {
    struct shadow *s = &shadow[n->id];
    qsort(n->array, s->n_array, sizeof *n->array, by_id);
    for (int i = 0; i < s->n_array; i++) s->array[i] = (short)id_of(n->array[i]);
}

static int deep(int depth, struct node *a, struct node *b) {
    struct node *mine = gc_new(struct node);
    struct node **few = alloca(4 * sizeof *few);
    mine->id = depth;
    few[depth % 4] = gc_new(struct node);
    few[depth % 4]->id = -depth;
    int before = id_of(a) + id_of(b);
    if (depth) before += deep(depth - 1, b, a);
    else if (rnd(2)) longjmp(jump, 1);
    return before + (mine->id != depth) + (few[depth % 4]->id != -depth);
}

static int expected(int depth, int a, int b) { return depth ? a + b + expected(depth - 1, b, a) : a + b; }

static void handler(int sig) {
    struct node *n = roots[1];
    int id = shadow_roots[1];
    roots[1] = roots[2], shadow_roots[1] = shadow_roots[2];
    roots[2] = n, shadow_roots[2] = id;
    if (n) n->kids[0] = roots[1], shadow[id].kids[0] = shadow_roots[1];
    (void)sig;
}

// Many pointers at once, over calls that collect.
static int registers(void) {
    struct node *a = roots[rnd(N_ROOTS)], *b = roots[rnd(N_ROOTS)], *c = roots[rnd(N_ROOTS)];
    struct node *d = roots[rnd(N_ROOTS)], *e = gc_new(struct node), *f = gc_new(struct node);
    int ids = id_of(a) + 3 * id_of(b) + 5 * id_of(c) + 7 * id_of(d);
    for (int i = 0; i < 5; i++) {
        struct node *g = gc_new(struct node);
        g->kids[0] = e, g->kids[1] = f, e->id = i, f = g;
    }
    for (int i = 4; f; f = f->kids[1], i--) if (f->kids[0] && f->kids[0] != e) return 0;
    return e->id == 4 && ids == id_of(a) + 3 * id_of(b) + 5 * id_of(c) + 7 * id_of(d);
}

static int step(void) {
    if (next_id > last_id) forget_all();
    int r = rnd(N_ROOTS), q = rnd(N_ROOTS), k = rnd(N_KIDS), ok = 1;
    struct node *n = roots[r];
    struct shadow *s = n ? &shadow[n->id] : 0;
    done_steps++;
    switch (n ? rnd(24) : 0) {
    default: set_root(r, make()); break;
    case 4: case 5: case 6: case 7:
        n->kids[k] = roots[q], s->kids[k] = shadow_roots[q];
        break;
    case 8: case 9: set_root(q, n->kids[k]); break;
    case 10: n->inner.u.node = roots[q], s->kind = POINTER, s->u = shadow_roots[q]; break;
    case 11: // a number that may look like a pointer
        s->kind = NUMBER, s->u = rnd(2) ? (long)roots[q] + (long)rnd(100) : (long)rnd(1000000);
        n->inner.u.number = s->u;
        break;
    case 12:
        snprintf(s->text, sizeof s->text, "text %d of %d", (int)rnd(1000), n->id);
        n->text = gc_printf("%s", s->text), s->text_at = 0;
        break;
    case 13: // into the middle
        if (n->text && n->text[0] && n->text[1]) n->text++, s->text_at++;
        break;
    case 14: {
        int m = rnd(20) ? rnd(12) + 1 : rnd(MAX_VECTOR) + 1;
        struct node **array = gc_array(struct node *, m);
        for (int i = 0; i < m; i++)
            q = rnd(N_ROOTS), array[i] = roots[q], s->array[i] = (short)shadow_roots[q];
        n->array = array, s->n_array = m;
        break;
    }
    case 15: {
        int m = rnd(8) + 1;
        struct vector *v = gc_flexible(struct vector, items, m);
        v->n = m;
        for (int i = 0; i < m; i++)
            q = rnd(N_ROOTS), v->items[i] = roots[q], s->vector[i] = (short)shadow_roots[q];
        n->vector = v, s->n_vector = m;
        break;
    }
    case 16: set_root(r, 0); break;
    case 17: if (s->n_array && s->n_array < 40) sort(n); break;
    case 18: {
        volatile int value = -1, depth = rnd(12);
        int a = n->id, b = shadow_roots[q];
        if (!setjmp(jump)) value = deep(depth, n, roots[q]);
        ok = (value == -1 || value == expected(depth, a, b)) && id_of(n) == a;
        break;
    }
    case 19: raise(SIGUSR1); break;
    case 20: {
        int i = rnd(8);
        inside[i].slot = &n->kids[k], inside_id[i] = n->id, inside_kid[i] = k;
        break;
    }
    case 21: { // hidden in memory that nobody looks at
        struct node **hidden = malloc(sizeof *hidden);
        *hidden = gc_pin(n);
        set_root(r, 0);
        for (int i = 0; i < 3; i++) gc_new(struct node);
        set_root(r, *hidden);
        gc_unpin(roots[r]);
        free(hidden);
        break;
    }
    case 22: ok = registers(); break;
    case 23: if (rnd(20) == 0) gc_collect(); break;
    }
    return ok;
}

int start(uint64_t seed) {
    state = seed * 0x9e3779b97f4a7c15 + 1;
    if (!shadow) shadow = calloc(MAX_IDS + 1, sizeof *shadow);
    signal(SIGUSR1, handler);
    forget_all();
    return 1;
}

int steps(unsigned long n) {
    for (unsigned long i = 0; i < n; i++) {
        if (!step()) return printf("step %lu did what it should not\n", done_steps), 0;
        if (i % 64 == 63 && !check()) return 0;
    }
    return check();
}

// Steps until the process is killed, in so many microseconds: in the middle of whatever it is at.
void steps_until_killed(long microseconds) {
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
    struct itimerspec when = {.it_value.tv_sec = microseconds / 1000000};
    when.it_value.tv_nsec = microseconds % 1000000 * 1000 + 1;
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer)) return;
    if (timer_settime(timer, 0, &when, 0)) return;
    while (steps(64)) {}
}
