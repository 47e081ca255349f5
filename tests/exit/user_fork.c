// A forked child ends by itself: exit in it runs the handlers there, and main's go on.
//= child
//= handler in child
//= parent saw 12
//= handler in parent
// status: 0
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static pid_t parent;
static void handler(void) { puts(getpid() == parent ? "handler in parent" : "handler in child"); fflush(stdout); }
int main(void) {
    parent = getpid();
    atexit(handler);
    pid_t pid = fork();
    if (pid == 0) { puts("child"); exit(12); }
    int status;
    waitpid(pid, &status, 0);
    printf("parent saw %d\n", WEXITSTATUS(status));
    fflush(stdout);
}
