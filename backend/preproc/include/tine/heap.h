/* <tine/heap.h>: objects that nobody frees.

       struct node *n = gc_new(struct node);           all zero
       int *v         = gc_array(int, 1000);
       char *s        = gc_printf("%d items", k);

   What can be reached from a global object, a local one, a register, or a field of another managed
   object lives; the rest is reclaimed, and what lives may be MOVED, its pointers with it. The
   compiler tells the collector where the pointers of each type are. So:

   - A pointer into an object counts as one to it, and so does one to its end.
   - Globals and fields that are pointers are exact: they are changed when their object moves. An
     integer or a pointer XORed with something does not count. Pointers in unions, on the stack
     and in gc_bytes may be pointers or not: what they seem to point to stays where it is.
   - Memory of malloc, of mmap and of libraries is NOT looked at, nor are the globals of objects
     that another compiler made (or `tine cc -c`, of a source without this header). Before the
     only pointer to an object is put there, pin the object (gc_pin, later gc_unpin: it lives and
     stays where it is) or have that memory looked at (gc_scan(p, bytes), before it is freed
     gc_unscan(p)). Memory of alloca and of arena_alloc
     is looked at.
   - Printed addresses, hashes of addresses and the order of addresses change when objects move.
   - Each thread has its own heap. A managed pointer belongs to the thread that made it. Only that
     thread may have it on its stack, follow it, or store it, and then only into its own objects and
     into globals; gc_pin hands the object to others until somebody calls gc_unpin. When a thread
     ends its heap ends, and nothing may point there any more, unless something in it is pinned:
     then the heap stays for good.
     `zeal` and `verify` (below) find a pointer to another thread's object in a managed object,
     and a global that points to an object of a thread that ends; what a thread has on its stack
     or follows they cannot see.
   - A signal handler may use managed objects but not allocate any. It never runs in the middle of a
     collection; one that allocates in the middle of an allocation is found in `zeal` mode.
   - alloca and arrays of variable length lie on a side stack of the thread, which is looked at as
     the stack itself is, as far as it is in use.
   - Coroutines with stacks of their own (swapcontext): on such a stack no collection happens, and
     what only another such stack holds must be pinned, or that stack named by gc_scan. They share
     the thread's side stack: one that has taken memory by alloca may not return from the function
     that took it while another still uses what it took later.
   - After fork the child has the heap of the thread that called it.

   A collection may happen in any gc_ function that allocates, and between two inputs at the prompt.
   Most are of what is new; what grew old and died is found by every eighth at the latest, by one
   between inputs, and by gc_collect.
   TINE_GC in the environment says when: `zeal` at every allocation, `zeal=N` at every Nth on
   average, both with a verifier that looks at the whole heap after each; `never`; `verify`. */
#ifndef __TINE_HEAP_H
#define __TINE_HEAP_H

#ifndef __TINE_EXECUTOR__
/* An object made by `tine cc -c`. It runs under `tine run`; another linker says this: */
__attribute__((section(".gnu.warning.__tine_heap"), used))
static const char __tine_heap_warning[] =
    "<tine/heap.h> needs tine's executor: use `tine run` with this object";
#endif

/* One zeroed object of type T. */
#define gc_new(T)                                                               \
    ((__typeof__(T) *)(__builtin_tine_type_quick(T)                             \
        ? __tine_gc_quick(__builtin_tine_type_map(T), (sizeof(T) + 7) / 8 * 8)  \
        : __tine_gc_new(__builtin_tine_type_map(T))))

/* N of them, one behind the other. */
#define gc_array(T, n) ((__typeof__(T) *)__tine_gc_array(__builtin_tine_type_map(T), (n)))

/* An object of the structure T whose last member MEMBER[] has N elements. */
#define gc_flexible(T, member, n)                                               \
    ((__typeof__(T) *)__tine_gc_sized(__builtin_tine_type_map(T),               \
        __builtin_offsetof(T, member)                                           \
            + (__SIZE_TYPE__)(n) * sizeof(((__typeof__(T) *)0)->member[0])))

/* N bytes for anything: what looks like a pointer in them keeps its object, where it is. */
#define gc_bytes(n)                                                             \
    ((void *)__tine_gc_array(__builtin_tine_type_map(union __tine_word),        \
        ((__SIZE_TYPE__)(n) + 7) / 8))

/* The object that P points to or into stays and lives until gc_unpin; both give P. */
#define gc_pin(p) ((__typeof__((p) + 0))__tine_gc_pin((const void *)(p)))
#define gc_unpin(p) ((__typeof__((p) + 0))__tine_gc_unpin((const void *)(p)))

/* Once the object is not reached any more, F(object) is called, before its memory is used again.
   F may store the pointer somewhere: then the object lives on, without finaliser. Not called for
   objects that live when the program ends. */
#define gc_on_free(p, f)                                                        \
    ((void)sizeof((f)(p)), __tine_gc_on_free((const void *)(p), (void (*)(void *))(f)))

struct gc_stats {
    unsigned long collections, allocated; /* since the thread began; bytes with 8 or 16 of ours */
    unsigned long live, moved, pinned;    /* as the last collection left it: what it did not look
                                             at because it is old counts as live and pinned */
    unsigned long since;                  /* allocated since */
    unsigned long kept, reserved;         /* pages in use or kept ready, address space */
    unsigned long last_ns, total_ns;      /* the time collections took */
};

union __tine_word { void *pointer; long integer; };
struct __tine_heap { char *__top, *__wire; };
extern __thread struct __tine_heap __tine_heap;
void *__tine_gc_new(const void *);
void *__tine_gc_array(const void *, __SIZE_TYPE__);
void *__tine_gc_sized(const void *, __SIZE_TYPE__);
void *__tine_gc_pin(const void *);
void *__tine_gc_unpin(const void *);
void __tine_gc_collect(void);
void __tine_gc_stats(struct gc_stats *);
void __tine_gc_on_free(const void *, void (*)(void *));
void __tine_gc_scan(const void *, __SIZE_TYPE__);
void __tine_gc_unscan(const void *);
void __tine_gc_zeal(unsigned);

/* A trace of calls has the user's alone. */
__attribute__((always_inline, no_instrument_function))
static inline void *__tine_gc_quick(const void *__map, __SIZE_TYPE__ __size) {
    struct __tine_heap *__h = &__tine_heap;
    char *__object = __h->__top + 8, *__end = __object + __size;
    if (__builtin_expect(__end > __h->__wire, 0))
        return __tine_gc_new(__map);
    __h->__top = __end;
    ((const void **)__object)[-1] = __map;
    return __object;
}

__attribute__((no_instrument_function))
static inline void gc_collect(void) { __tine_gc_collect(); }

__attribute__((no_instrument_function))
static inline struct gc_stats gc_stats(void) {
    struct gc_stats __stats;
    __tine_gc_stats(&__stats);
    return __stats;
}

/* N bytes of the user's own memory are looked at for pointers, until gc_unscan. */
static inline void gc_scan(const void *__p, __SIZE_TYPE__ __n) { __tine_gc_scan(__p, __n); }
static inline void gc_unscan(const void *__p) { __tine_gc_unscan(__p); }

/* From now on a collection at every Nth allocation on average; 0: when it is time. */
static inline void gc_zeal(unsigned __n) { __tine_gc_zeal(__n); }

__attribute__((format(printf, 1, 2)))
static inline char *gc_printf(const char *__format, ...) {
    __builtin_va_list __args;
    __builtin_va_start(__args, __format);
    int __n = __builtin_vsnprintf(0, 0, __format, __args);
    __builtin_va_end(__args);
    char *__text = gc_array(char, __n < 0 ? 1 : __n + 1ul);
    __builtin_va_start(__args, __format);
    if (__n >= 0)
        __builtin_vsnprintf(__text, __n + 1ul, __format, __args);
    __builtin_va_end(__args);
    return __text;
}

static inline char *gc_strdup(const char *__text) {
    __SIZE_TYPE__ __n = __builtin_strlen(__text) + 1;
    return __builtin_memcpy(gc_array(char, __n), __text, __n);
}

#endif
