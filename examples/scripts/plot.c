#!/usr/bin/env tine
// Plots functions in the terminal.
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { W = 61, H = 11 };
char screen[H][W + 1];

void plot(double (*f)(double), char mark) {
    for (int x = 0; x < W; x++) {
        int y = lround((1 - f(x * 2 * M_PI / (W - 1))) * (H - 1) / 2);
        if (y >= 0 && y < H) screen[y][x] = mark;
    }
}

memset(screen, ' ', sizeof screen);
plot(sin, '*');
plot(cos, '+');
for (int y = 0; y < H; y++) {
    screen[y][W] = 0;
    int n = strlen(screen[y]);
    while (n && screen[y][n - 1] == ' ') screen[y][--n] = 0;
    puts(screen[y]);
}
//= +++++      *********                                    +++++
//=      +++***         ***                              +++
//=       **+++            **                         +++
//=    ***     ++            ***                    ++
//=  **          ++             **                ++
//= *              +              *              +              *
//=                 ++             **          ++             **
//=                   +++            ***     ++            ***
//=                      ++             **+++            **
//=                        +++         +++***         ***
//=                           +++++++++      *********
