// A program may have functions of its own under names that libraries have too.
#include <stdio.h>
#include <stdarg.h>

static int said;

void err(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    said += status;
}

void errx(int status) { said += 10 * status; }
int thrd_exit(int code) { return code + 1; }
void quick_exit(int code) { said += 100 * code; }
double gamma(double x) { return x + 0.5; }
int round_up(int n) { return n + 1; }
int y1 = 7, j0 = 8;
int read(void) { return 3; }
int bcmp(int a, int b) { return a - b; }

int main(void) {
    err(1, "one %d\n", 1);
    errx(2);
    quick_exit(3);
    printf("%d %d %g %d %d %d %d\n", said, thrd_exit(4), gamma(1), y1, j0, read(),
           bcmp(9, 4));
    return round_up(4);
}
