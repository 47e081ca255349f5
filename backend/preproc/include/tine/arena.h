/* <tine/arena.h>: memory that is given back from its end, all at once. Each thread has one such
   arena, and what it took from it ends with the thread. What arena_alloc gives is aligned to 16
   and holds anything. The side stack of alloca and variable-length arrays is another one. */
#ifndef __TINE_ARENA_H
#define __TINE_ARENA_H

#ifndef __TINE_EXECUTOR__
/* An object made by `tine cc -c`. It runs under `tine run`; another linker says this: */
__attribute__((section(".gnu.warning.__tine_arena"), used))
static const char __tine_arena_warning[] =
    "<tine/arena.h> needs tine's executor: use `tine run` with this object";
#endif

/* Bytes taken now, kept ready, and of address space set aside. */
struct arena_stats {
    __SIZE_TYPE__ used, kept, reserved;
};

/* A place to give back to. */
typedef struct { char *__top; } arena_mark_t;

struct __tine_arena {
    char *__top, *__wire, *__low;
};
extern __thread struct __tine_arena __tine_arena;
void *__tine_arena_more(__SIZE_TYPE__, __SIZE_TYPE__);
void __tine_arena_back(char *);
void __tine_arena_stats(struct arena_stats *);

/* SIZE bytes. With no address space left the program ends with a message. */
__attribute__((malloc, alloc_size(1)))
static inline void *arena_alloc(__SIZE_TYPE__ __size) {
    struct __tine_arena *__a = &__tine_arena;
    char *__start = __a->__top;
    __SIZE_TYPE__ __room = (__SIZE_TYPE__)(__a->__wire - __start);
    if (__builtin_expect(__size > __room, 0))
        return __tine_arena_more(__size, 16);
    char *__end = __start + ((__size + 15) & ~(__SIZE_TYPE__)15);
    if (__builtin_expect(__end > __a->__wire, 0))
        return __tine_arena_more(__size, 16);
    __a->__top = __end;
    return __start;
}

/* The same at a multiple of ALIGN, a power of two. */
__attribute__((malloc, alloc_size(1), alloc_align(2)))
static inline void *arena_alloc_aligned(__SIZE_TYPE__ __size, __SIZE_TYPE__ __align) {
    return __align <= 16 ? arena_alloc(__size) : __tine_arena_more(__size, __align);
}

static inline arena_mark_t arena_mark(void) {
    return (arena_mark_t){__tine_arena.__top};
}

/* Gives back all that was taken since the mark. */
static inline void arena_release(arena_mark_t __mark) {
    struct __tine_arena *__a = &__tine_arena;
    if (__builtin_expect(__mark.__top < __a->__low, 0))
        __tine_arena_back(__mark.__top);
    else
        __a->__top = __mark.__top;
}

static inline struct arena_stats arena_stats(void) {
    struct arena_stats __stats;
    __tine_arena_stats(&__stats);
    return __stats;
}

#endif
