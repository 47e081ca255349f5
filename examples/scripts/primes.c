#!/usr/bin/env tine
// A script: statements at file scope run in order.
#include <stdio.h>
#include <string.h>

enum { N = 100 };
char composite[N + 1];
for (int i = 2; i * i <= N; i++)
    if (!composite[i])
        for (int j = i * i; j <= N; j += i) composite[j] = 1;
int n = 0;
for (int i = 2; i <= N; i++)
    if (!composite[i]) n++, printf(n % 10 ? "%d " : "%d\n", i);
printf("\n%d primes up to %d\n", n, N);
//= 2 3 5 7 11 13 17 19 23 29
//= 31 37 41 43 47 53 59 61 67 71
//= 73 79 83 89 97 
//= 25 primes up to 100
