// The managed heap at the prompt: values as roots, types and variables that are defined again, undo,
// finalisers, what the commands say.
#include <tine/heap.h>
struct s { struct s *next; int n; } *p;
void fill(int k) { for (int i = 0; i < 60000; i++) { struct s *q = gc_new(struct s); q->next = p; q->n = k; if (i % 1000 == 0) p = q; } }
fill(1)
p->next->next->n
//= int 1
struct s *kept = p; gc_new(int);
p = 0; fill(2); gc_collect();
kept->n + kept->next->n
//= int 2
struct s { struct s *next; char *name; long n; };
struct s *q = gc_new(struct s);
q->name = gc_printf("%s", "a new kind"); fill(3); gc_collect();
q->name
//= char * "a new kind"
kept->n
//= int 1
int freed; void note(void *x) { freed++; }
for (int i = 0; i < 10; i++) gc_on_free(gc_new(long), note);
fill(4); gc_collect(); gc_collect();
freed >= 9
//= int 1
kept = 0;
:undo
//= back to just before input 18
kept->n
//= int 1
int *gone = gc_pin(gc_array(int, 3)); gone[2] = 7;
fill(5); gc_collect();
gc_unpin(gone)[2]
//= int 7
:mem --all
//! :mem takes --map or nothing, not --all
gc_new(struct nowhere)
//! error: a managed object of incomplete type 'struct nowhere'
// status: 1
