// Variadic functions both ways, va_copy, structures through va_arg, function pointers to them.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
struct point { double x, y; };
struct wide { long a[5]; };
static double total(const char *kinds, ...) {
    va_list ap, again;
    double sum = 0;
    va_start(ap, kinds);
    va_copy(again, ap);
    for (const char *k = kinds; *k; k++) switch (*k) {
        case 'i': sum += va_arg(ap, int); break;
        case 'l': sum += va_arg(ap, long); break;
        case 'd': sum += va_arg(ap, double); break;
        case 'p': { struct point p = va_arg(ap, struct point); sum += p.x * p.y; break; }
        case 'w': { struct wide w = va_arg(ap, struct wide); sum += w.a[4]; break; }
        case 'L': sum += (double)va_arg(ap, long double); break;
    }
    va_end(ap);
    if (*kinds == 'i') sum += 1000 * va_arg(again, int);
    va_end(again);
    return sum;
}
static int say(char *out, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    int n = vsprintf(out, format, ap);
    va_end(ap);
    return n;
}
int main(void) {
    char text[200];
    struct point p = {1.5, 4};
    struct wide w = {{1, 2, 3, 4, 5}};
    printf("%g\n", total("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    printf("%g\n", total("dddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.));
    printf("%g\n", total("ipwdLl", 3, p, w, 0.25, 2.5L, -7L));
    int (*f)(char *, const char *, ...) = say;
    int n = f(text, "%d %s %.2f %c %ld %Lg", 7, "seven", 7.77, '7', 77L, 7.5L);
    printf("%d %s\n", n, text);
    return 0;
}
