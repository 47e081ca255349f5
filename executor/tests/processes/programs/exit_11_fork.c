// status: 4
// | child
// | handler 9
// | parent saw 9
// | handler 4
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static int code = 4;
static void handler(void) { printf("handler %d\n", code); }
int main(void) {
    atexit(handler);
    int status = 0;
    if (fork() == 0) {
        puts("child");
        code = 9;
        exit(9);
    }
    wait(&status);
    printf("parent saw %d\n", WEXITSTATUS(status));
    return 4;
}
// forked only
