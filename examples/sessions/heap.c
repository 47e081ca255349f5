// A binary tree of words at the prompt, and nobody frees anything: what is not reached any more is
// reclaimed, also when an input crashes half-way.
#include <tine/heap.h>
struct tree { struct tree *left, *right; char *word; int count; } *words;
struct tree *add(struct tree *t, const char *word) {
    if (!t) {
        t = gc_new(struct tree);
        t->word = gc_strdup(word);
    }
    int order = strcmp(word, t->word);
    if (order < 0) t->left = add(t->left, word);
    else if (order > 0) t->right = add(t->right, word);
    else t->count++;
    return t;
}
//! note: #include <string.h> was taken
int size(struct tree *t) { return t ? 1 + size(t->left) + size(t->right) : 0; }
words = add(add(add(add(0, "tine"), "fork"), "prong"), "tine");
size(words)
//= int 3
words->count
//= int 2
words->left->right->word
//= char * "prong"
gc_printf("%s has %d words", words->word, size(words))
//= char * "tine has 3 words"
// 300,000 short-lived strings: the collector is at work.
for (int i = 0; i < 300000; i++) words->left->word = gc_printf("fork %d", i);
words->left->word
//= char * "fork 299999"
gc_stats().collections > 5
//= int 1
gc_stats().kept < 8 << 20
//= int 1
// The crash takes its input back; the tree stands.
words->word = "lost"; words->left = 0; *(int *)0 = 1;
//! crash: SIGSEGV, write to a null pointer
size(words)
//= int 3
words->word
//= char * "tine"
:undo
//= back to just before input 16
// status: 1
