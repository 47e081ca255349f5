#include "ray.h"
#include <stdlib.h>

options chosen = {.width = 160, .height = 100, .threads = 2, .samples = 1, .save = NULL};

static int number(const char *text, int *to, int limit)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (*end || n < 1 || n > limit)
        return 0;
    *to = (int)n;
    return 1;
}

int options_read(int argc, char **argv)
{
    int *const wanted[] = {&chosen.width, &chosen.height, &chosen.threads, &chosen.samples};
    static const int limits[] = {4096, 4096, 64, 64};
    for (int i = 1; i < argc && i <= 4; i++)
        if (!number(argv[i], wanted[i - 1], limits[i - 1]))
            return 0;
    if (argc > 5)
        chosen.save = argv[5];
    return argc <= 6;
}
