// A string for a flexible array member, where its record is a member of a union.
#include <stdio.h>
struct A {
    int a;
    char b[];
};
union B {
    struct A a;
    char b[sizeof(struct A) + 31];
};
union B b = {{1, "123456789012345678901234567890"}};
struct C {
    int before;
    union B b;
} c = {5, {{2, "nested"}}};
int main(void) {
    printf("%d %s %d %d %s %zu\n", b.a.a, b.a.b, c.before, c.b.a.a, c.b.a.b, sizeof c);
}
