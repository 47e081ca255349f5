/* Runs an image that the test placed: asks nothing of the linker but its results.
 *
 * stdin:  lines `lib PATH` and `sym NAME`, then `go`, then the image as 64-bit words and bytes.
 * stdout: the thread-pointer offset of a free TLS block, one address per `sym`, then `.`, then
 *         whatever the program prints. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static __thread char block[8192] __attribute__((aligned(64)));
extern void __register_frame(void *);

static uint64_t word(void) {
    uint64_t value;
    if (fread(&value, 8, 1, stdin) != 1)
        exit(99);
    return value;
}

static void *find(const char *name) {
    if (!strcmp(name, "atexit"))
        return atexit;
    if (!strcmp(name, "at_quick_exit"))
        return at_quick_exit;
    if (!strcmp(name, "pthread_atfork"))
        return pthread_atfork;
    return dlsym(RTLD_DEFAULT, name);
}

static void *libraries[64];
static int library_count;

/* A cell for a library's thread-local variable: module and offset, or the distance from the
 * thread pointer, which the start of the library's block in this thread gives. */
static void fill_tls(uint64_t *cell, uint64_t pair, uint64_t offset, void *library, char *thread) {
    size_t module;
    char *start;
    if (dlinfo(library, RTLD_DI_TLS_MODID, &module) || dlinfo(library, RTLD_DI_TLS_DATA, &start))
        exit(94);
    if (pair) {
        cell[0] = module;
        cell[1] = offset;
    } else {
        cell[0] = start + offset - thread;
    }
}

static uint64_t finis[256], fini_count;

static void run_finis(void) {
    for (uint64_t i = 0; i < fini_count; i++)
        ((void (*)(void))finis[i])();
}

int main(int argc, char **argv, char **envp) {
    static char line[1 << 16];
    char *thread;
    __asm__("mov %%fs:0, %0" : "=r"(thread));
    printf("%ld\n", (long)(block - thread));
    while (fgets(line, sizeof line, stdin) && strcmp(line, "go\n")) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "lib ", 4)
            && !(libraries[library_count++] = dlopen(line + 4, RTLD_NOW | RTLD_GLOBAL))) {
            fprintf(stderr, "%s\n", dlerror());
            return 98;
        }
        if (!strncmp(line, "sym ", 4))
            printf("%lu\n", (unsigned long)find(line + 4));
    }
    printf(".\n");
    fflush(stdout);
    for (uint64_t n = word(); n > 0; n--) {
        uint64_t at = word(), prot = word(), zero = word(), size = word();
        uint64_t start = at & ~4095ul, end = (at + size + zero + 4095) & ~4095ul;
        char *map = mmap((void *)start, end - start, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (map != (char *)start)
            return 97;
        if (size && fread((void *)at, size, 1, stdin) != 1)
            return 96;
        if (mprotect(map, end - start, prot))
            return 95;
    }
    uint64_t template = word(), template_size = word();
    memcpy(block, (void *)template, template_size);
    // A copy of std::cout is of use only when the streams have been constructed.
    static char streams;
    void (*construct)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "_ZNSt8ios_base4InitC1Ev");
    if (construct)
        construct(&streams);
    for (uint64_t n = word(); n > 0; n--) {
        uint64_t from = word(), to = word(), size = word();
        memcpy((void *)to, (void *)from, size);
    }
    for (uint64_t n = word(); n > 0; n--) {
        uint64_t cell = word(), resolver = word();
        *(uint64_t *)cell = ((uint64_t(*)(void))resolver)();
    }
    for (uint64_t n = word(); n > 0; n--) {
        uint64_t cell = word(), pair = word(), offset = word(), library = word();
        fill_tls((uint64_t *)cell, pair, offset, libraries[library], thread);
    }
    uint64_t frames = word();
    if (frames)
        __register_frame((void *)frames);
    uint64_t inits[256], init_count = word();
    for (uint64_t i = 0; i < init_count; i++)
        inits[i] = word();
    fini_count = word();
    for (uint64_t i = 0; i < fini_count; i++)
        finis[i] = word();
    uint64_t entry = word();
    atexit(run_finis);
    for (uint64_t i = 0; i < init_count; i++)
        ((void (*)(int, char **, char **))inits[i])(argc, argv, envp);
    exit(((int (*)(int, char **, char **))entry)(argc, argv, envp));
}
