// Callbacks through the library, static data, recursion.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct person { const char *name; int age; };
static int by_age(const void *a, const void *b) {
    const struct person *x = a, *y = b;
    return (x->age > y->age) - (x->age < y->age);
}
static int by_name(const void *a, const void *b) {
    return strcmp(((const struct person *)a)->name, ((const struct person *)b)->name);
}
static void quick(int *v, int lo, int hi) {
    if (lo >= hi) return;
    int p = v[(lo + hi) / 2], i = lo, j = hi;
    while (i <= j) {
        while (v[i] < p) i++;
        while (v[j] > p) j--;
        if (i <= j) { int t = v[i]; v[i++] = v[j]; v[j--] = t; }
    }
    quick(v, lo, j);
    quick(v, i, hi);
}
int main(void) {
    struct person people[] = {{"Zoe", 31}, {"Adam", 52}, {"Mia", 17}, {"Bob", 44}};
    size_t n = sizeof people / sizeof *people;
    qsort(people, n, sizeof *people, by_age);
    for (size_t i = 0; i < n; i++) printf("%s %d\n", people[i].name, people[i].age);
    qsort(people, n, sizeof *people, by_name);
    struct person key = {"Mia", 0}, *found = bsearch(&key, people, n, sizeof key, by_name);
    printf("%s is %d\n", found->name, found->age);
    int v[200];
    unsigned seed = 7;
    for (int i = 0; i < 200; i++) v[i] = (seed = seed * 1103515245 + 12345) >> 16 & 1023;
    quick(v, 0, 199);
    for (int i = 0; i < 200; i += 13) printf("%d ", v[i]);
    puts("");
    return v[199] % 100;
}
