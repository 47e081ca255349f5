// A library unloaded before the end runs its handlers then, and only then.
// library: dlclose.lib.c
// dlopen: yes
//= library loaded
//= library destructor
//= library handler
//= after dlclose
//= main handler
// status: 0
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
static void handler(void) { puts("main handler"); }
int main(int argc, char **argv) {
    atexit(handler);
    void *lib = dlopen(argv[argc - 1], RTLD_NOW);
    if (!lib) { puts(dlerror()); return 1; }
    ((void (*)(void))dlsym(lib, "enter"))();
    dlclose(lib);
    puts("after dlclose");
}
