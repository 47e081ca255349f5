// pthread_atfork handlers run around fork in the order the standard gives.
//= prepare 2
//= prepare 1
//= child 1
//= child 2
//= child exits
//= parent 1
//= parent 2
//= child status 11
// status: 0
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void say(const char *s) { puts(s); fflush(stdout); }
static int pipe_fds[2];
static void p1(void) { say("prepare 1"); }
static void p2(void) { say("prepare 2"); }
// The parent waits until the child is done, so that the order of lines is fixed.
static void hold(void) { char c; if (read(pipe_fds[0], &c, 1) < 0) abort(); }
static void a1(void) { close(pipe_fds[1]); hold(); say("parent 1"); }
static void a2(void) { say("parent 2"); }
static void c1(void) { say("child 1"); }
static void c2(void) { say("child 2"); }
int main(void) {
    if (pipe(pipe_fds)) return 1;
    pthread_atfork(p1, a1, c1);
    pthread_atfork(p2, a2, c2);
    pid_t pid = fork();
    if (pid == 0) { say("child exits"); exit(11); }
    int status;
    waitpid(pid, &status, 0);
    printf("child status %d\n", WEXITSTATUS(status));
}
