// Objects that outlived many collections are given pointers to new ones, in every way there is:
// a collection that leaves the old alone must find them all.
// gc: verify
//= plain 1
//= packed 1
//= array of packed 1
//= union 1
//= large array 1
//= into the middle 1
//= flexible 1
//= finalised 1
#include <stdio.h>
#include <string.h>
#include <tine/heap.h>

struct item { long n; struct item *next; char text[16]; };
struct plain { long n; struct item *item; };
struct packed { char c; struct item *item; } __attribute__((packed));
struct odd { struct item *item; int n; } __attribute__((packed));
struct either { int kind; union { struct item *item; long n; } u; };
struct row { int n; struct packed items[]; };

enum { N = 3000 };
static struct plain **plain;
static struct packed **packed;
static struct odd *odd;
static struct either **either;
static struct item **large;
static char **middle;
static struct row *row;

// So much that several collections come, however full the heap is.
static void churn(void) {
    for (int i = 0; i < 150000; i++) gc_new(struct item)->n = -1;
}

static struct item *item(long n) {
    struct item *i = gc_new(struct item);
    i->n = n;
    i->next = gc_new(struct item);
    i->next->n = -n;
    snprintf(i->text, sizeof i->text, "number %ld", n % 1000);
    return i;
}

static int is(const struct item *i, long n) { return i->n == n && i->next->n == -n; }

static int freed;
static void note(struct item *i) { freed += i->n == 77; }

int main(void) {
    plain = gc_array(struct plain *, N), packed = gc_array(struct packed *, N);
    either = gc_array(struct either *, N), large = gc_array(struct item *, N);
    middle = gc_array(char *, N), odd = gc_array(struct odd, N);
    row = gc_flexible(struct row, items, N);
    for (int i = 0; i < N; i++) {
        plain[i] = gc_new(struct plain), packed[i] = gc_new(struct packed);
        either[i] = gc_new(struct either);
    }
    gc_on_free(large[0] = item(77), note);
    churn();
    int ok[7] = {1, 1, 1, 1, 1, 1, 1};
    for (int round = 1; round < 4; round++) {
        for (int i = round; i < N; i += 7 * round) {
            plain[i]->item = item(i + round), packed[i]->item = item(i + round);
            odd[i].item = item(i + round), either[i]->u.item = item(i + round);
            large[i] = item(i + round), middle[i] = item(i + round)->text + 7;
            row->items[i].item = item(i + round);
        }
        churn();
        for (int i = round; i < N; i += 7 * round) {
            char text[16];
            snprintf(text, sizeof text, "%d", (i + round) % 1000);
            ok[0] &= is(plain[i]->item, i + round), ok[1] &= is(packed[i]->item, i + round);
            ok[2] &= is(odd[i].item, i + round), ok[3] &= is(either[i]->u.item, i + round);
            ok[4] &= is(large[i], i + round), ok[6] &= is(row->items[i].item, i + round);
            ok[5] &= !strcmp(middle[i], text);
        }
    }
    printf("plain %d\npacked %d\narray of packed %d\nunion %d\n", ok[0], ok[1], ok[2], ok[3]);
    printf("large array %d\ninto the middle %d\nflexible %d\n", ok[4], ok[5], ok[6]);
    large[0] = 0;
    // The old is not looked at by every collection, but by some.
    for (int i = 0; i < 12 && !freed && gc_stats().collections; i++) churn();
    printf("finalised %d\n", freed || !gc_stats().collections);
}
