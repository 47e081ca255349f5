#!/usr/bin/env tine
// Counts words on standard input; an ordinary program with a main, run without a build.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word { char *text; int count; struct word *next; };

static struct word *table[1024];

static struct word *find(const char *text) {
    unsigned h = 5381;
    for (const char *p = text; *p; p++) h = h * 33 + (unsigned char)*p;
    struct word **at = &table[h % 1024];
    for (struct word *w = *at; w; w = w->next)
        if (strcmp(w->text, text) == 0) return w;
    struct word *w = malloc(sizeof *w);
    *w = (struct word){strdup(text), 0, *at};
    return *at = w;
}

static int more(const void *a, const void *b) {
    const struct word *x = *(struct word **)a, *y = *(struct word **)b;
    return y->count != x->count ? y->count - x->count : strcmp(x->text, y->text);
}

int main(void) {
    char word[64];
    int n = 0, c;
    struct word **all = NULL;
    size_t used = 0;
    while ((c = getchar()) != EOF || n) {
        if (c != EOF && isalpha(c)) {
            if (n < 63) word[n++] = tolower(c);
            continue;
        }
        if (n) {
            word[n] = n = 0;
            struct word *w = find(word);
            if (w->count++ == 0) {
                all = realloc(all, (used + 1) * sizeof *all);
                all[used++] = w;
            }
        }
    }
    qsort(all, used, sizeof *all, more);
    for (size_t i = 0; i < used && i < 3; i++) printf("%d %s\n", all[i]->count, all[i]->text);
    return 0;
}
//< the cat and the dog and the bird
//= 3 the
//= 2 and
//= 1 bird
