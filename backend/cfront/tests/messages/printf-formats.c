#include <stdio.h>
void show(double d, long l, char *s, int n)
{
    printf("%d\n", d);
    printf("%s and %lu\n", n, n);
    printf("%-8.3f|%x\n", n, l);
    printf("%c%lld\n", s, l);
    printf("%d %d\n", n);
    printf("%d\n", n, n);
    printf("%*d\n", d, n);
    printf("%y\n", n);
    printf("100%\n");
    printf("50%");
    printf("%Lf\n", d);
    printf("tab\t%d\n", s);
    printf("%2$s %1$d\n", n, n);
    fprintf(stderr, "%p %n\n", n, &l);
}
