#include "ray.h"
#include <stdio.h>
#include <stdlib.h>

image picture;

void image_start(int width, int height)
{
    picture = (image){width, height, calloc((size_t)width * (size_t)height, 3)};
    if (!picture.pixels)
        abort();
}

static uint8_t byte(double c)
{
    c = sqrt(c < 0 ? 0 : c > 1 ? 1 : c);
    return (uint8_t)(c * 255 + 0.5);
}

void image_put(int x, int y, vec colour)
{
    uint8_t *to = picture.pixels[(size_t)y * (size_t)picture.width + (size_t)x];
    to[0] = byte(colour.x);
    to[1] = byte(colour.y);
    to[2] = byte(colour.z);
}

uint32_t image_sum(void)
{
    uint32_t sum = 2166136261u;
    size_t count = (size_t)picture.width * (size_t)picture.height;
    for (size_t i = 0; i < count; i++)
        for (int c = 0; c < 3; c++)
            sum = (sum ^ picture.pixels[i][c]) * 16777619u;
    return sum;
}

int image_save(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return 0;
    fprintf(file, "P6\n%d %d\n255\n", picture.width, picture.height);
    fwrite(picture.pixels, 3, (size_t)picture.width * (size_t)picture.height, file);
    return fclose(file) == 0;
}
