// When collections come, what goes back to the system, and what is left when threads have ended.
//= collections 1
//= small live 1
//= returned 1
//= a thousand threads 1
//= under a limit 1
// gc: normal
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <tine/heap.h>
#include <unistd.h>

struct node { struct node *next; long room[9]; };

// Not inlined: its caller has no leftovers of the list in its frame.
__attribute__((noinline)) static struct node *grow(struct node *l, long bytes) {
    for (; bytes > 0; bytes -= sizeof *l) {
        struct node *n = gc_new(struct node);
        n->next = l, l = n;
    }
    return l;
}

static struct node *keep;

static long resident(void) {
    long size, pages;
    FILE *f = fopen("/proc/self/statm", "r");
    if (fscanf(f, "%ld %ld", &size, &pages) != 2) exit(1);
    fclose(f);
    return pages * 4096;
}

static int mappings(void) {
    FILE *f = fopen("/proc/self/maps", "r");
    int n = 0;
    for (int c; (c = getc(f)) != EOF;) n += c == '\n';
    fclose(f);
    return n;
}

// What calls have left on the stack keeps nothing alive.
__attribute__((noinline)) static void wipe(void) {
    volatile char room[16384];
    for (unsigned i = 0; i < sizeof room; i++) room[i] = 0;
}

// The number of collections over N bytes is N / max(1 MiB, live), up to 5 %.
static int expected(long n) {
    wipe();
    gc_collect();
    struct gc_stats before = gc_stats();
    for (long i = 0; gc_stats().allocated - before.allocated < n; i++)
        for (int k = 0; k < 100; k++) gc_new(struct node);
    struct gc_stats after = gc_stats();
    double each = before.live > 1 << 20 ? before.live : 1 << 20;
    double wanted = (after.allocated - before.allocated) / each;
    double seen = after.collections - before.collections;
    return seen > wanted * 0.95 - 1 && seen < wanted * 1.05 + 1;
}

static void *work(void *arg) {
    struct node *l = grow(0, 200000);
    l = grow(0, 1500000);
    (void)arg;
    return l ? (void *)1 : 0;
}

static int in_child(void) {
    struct rlimit limit = {0, 0};
    char *end = sbrk(0);
    (void)end;
    long size;
    FILE *f = fopen("/proc/self/statm", "r");
    if (fscanf(f, "%ld", &size) != 1) return 1;
    fclose(f);
    limit.rlim_cur = limit.rlim_max = size * 4096 + (512l << 20);
    if (setrlimit(RLIMIT_AS, &limit)) return 2;
    struct node *l = grow(0, 20 << 20);
    l = grow(0, 40 << 20);
    return l && gc_stats().collections > 0 ? 0 : 3;
}

int main(void) {
    fflush(stdout);
    pid_t child = fork();
    if (!child) _exit(in_child());
    int status;
    waitpid(child, &status, 0);

    int ok = expected(60l << 20);
    keep = grow(0, 5 << 20);
    gc_collect();
    ok &= expected(100l << 20);
    printf("collections %d\n", ok);
    keep = grow(0, 400000);
    gc_collect();
    printf("small live %d\n", expected(60l << 20));

    const char *asked = getenv("TINE_HEAP_PEAK");
    keep = grow(0, asked ? atol(asked) : 200l << 20);
    struct node *n = keep;
    for (long left = 10 << 20; left > 0; left -= sizeof *n) n = n->next;
    n->next = 0, n = 0;
    gc_collect();
    gc_collect();
    printf("returned %d\n", resident() < 64l << 20);
    keep = 0;

    for (int i = 0; i < 10; i++) {
        pthread_t t;
        pthread_create(&t, 0, work, 0);
        pthread_join(t, 0);
    }
    long before = resident();
    int maps = mappings();
    for (int i = 0; i < 250; i++) {
        pthread_t t[4];
        for (int k = 0; k < 4; k++) pthread_create(&t[k], 0, work, 0);
        for (int k = 0; k < 4; k++) pthread_join(t[k], 0);
    }
    printf("a thousand threads %d\n", resident() < before + (4 << 20) && mappings() < maps + 20);
    printf("under a limit %d\n", WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
