// status: 0
// | prepare
// | parent
// | child's handler ran
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static int seen;
static void prepare(void) { puts("prepare"); fflush(stdout); }
static void parent(void) { puts("parent"); fflush(stdout); }
static void child(void) { seen = 1; }
int main(void) {
    int status = 0;
    pthread_atfork(prepare, parent, child);
    pid_t pid = fork();
    if (pid == 0) _exit(seen ? 17 : 0);
    waitpid(pid, &status, 0);
    if (WEXITSTATUS(status) == 17) puts("child's handler ran");
    return 0;
}
