// A library that the program opens itself: its frames have names, and so has what called it.
// compile: -g -fno-optimize-sibling-calls
// library: library.lib.c
// dlopen: yes
// status: 139
//! crash: SIGSEGV, write to 0x18, a null pointer plus 24
//! in library_store+0x
//! libopened_later.so
//! by library_enter+0x
//! by main+0x
//! opened_later.c:18
#include <dlfcn.h>

int main(int argc, char **argv)
{
    void *library = dlopen(argv[argc - 1], RTLD_NOW);
    int (*enter)(int *) = dlsym(library, "library_enter");
    return enter((int *)8) + 1;
}
