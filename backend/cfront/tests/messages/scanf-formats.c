#include <stdio.h>
#include <time.h>
__attribute__((format(printf, 2, 3))) void note(int level, const char *text, ...);
void read_in(int n, float f, double d, char *s)
{
    scanf("%d", n);
    scanf("%f", &d);
    scanf("%lf", &f);
    scanf("%s %d", s, s);
    scanf("%[a-z]", &n);
    note(1, "%s", d);
    char buffer[9];
    strftime(buffer, 9, "%Y-%Q", localtime(&(time_t){0}));
}
