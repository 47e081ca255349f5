// status: 44
// | on_exit 300 hello
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
static void f(int status, void *arg) { printf("on_exit %d %s\n", status, (char *)arg); }
int main(void) { on_exit(f, "hello"); return 300; }
