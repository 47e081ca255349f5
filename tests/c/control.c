// Loops, switches with ranges and falls, gotos, computed gotos, statement expressions, setjmp.
#include <setjmp.h>
#include <stdio.h>
static jmp_buf env;
static void deep(int n) { if (n == 0) longjmp(env, 42); deep(n - 1); }
static const char *kind(int c) {
    switch (c) {
    case 'a' ... 'z': return "lower";
    case '0': case '1': case '2': return "small digit";
    case -5: return "minus five";
    default: return "other";
    case 1000000: return "million";
    }
}
static int interpret(const char *code) {
    static void *table[] = {&&push, &&add, &&mul, &&end};
    int stack[16], *sp = stack;
    goto *table[*code++ - '0'];
push: *sp++ = *code++ - '0'; goto *table[*code++ - '0'];
add: sp--; sp[-1] += *sp; goto *table[*code++ - '0'];
mul: sp--; sp[-1] *= *sp; goto *table[*code++ - '0'];
end: return sp[-1];
}
int main(void) {
    printf("%s %s %s %s %s\n", kind('q'), kind('1'), kind(-5), kind(7777), kind(1000000));
    printf("%d\n", interpret("030410623"));
    int n = 0;
    for (int i = 0; i < 10; i++) {
        if (i == 3) continue;
        if (i == 8) break;
        for (int j = i; ; j++) { if (j > 5) goto next; n += j; }
    next:;
    }
    printf("%d\n", n);
    int x = ({ int t = 0; do t += 3; while (t < 10); t; });
    printf("%d %d\n", x, x ?: 7);
    volatile int kept = 5;
    int got = setjmp(env);
    if (!got) { kept = 9; deep(20); }
    printf("%d %d\n", got, kept);
    int k = 1;
    switch (n % 7) for (k = 0; k < 3; k++) { case 3: case 5: printf("device %d\n", k); default:; }
    return 0;
}
