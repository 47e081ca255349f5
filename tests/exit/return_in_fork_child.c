// A forked child that returns from main ends like the program does.
//= child returns
//= handler
//= parent saw 21
//= handler
// status: 22
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void handler(void) { puts("handler"); fflush(stdout); }
int main(void) {
    atexit(handler);
    pid_t pid = fork();
    if (pid == 0) { puts("child returns"); fflush(stdout); return 21; }
    int status;
    waitpid(pid, &status, 0);
    printf("parent saw %d\n", WEXITSTATUS(status));
    fflush(stdout);
    return 22;
}
