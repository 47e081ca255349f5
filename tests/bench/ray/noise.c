#include "ray.h"

static double corner(int x, int y, int z)
{
    uint32_t n = (uint32_t)x * 374761393u + (uint32_t)y * 668265263u + (uint32_t)z * 2147483647u;
    n = (n ^ (n >> 13)) * 1274126177u;
    return (double)(n & 0xffff) / 65535.0;
}

static double ease(double t) { return t * t * (3 - 2 * t); }
static double between(double a, double b, double t) { return a + (b - a) * t; }

double noise(vec at)
{
    int x = (int)floor(at.x), y = (int)floor(at.y), z = (int)floor(at.z);
    double u = ease(at.x - x), w = ease(at.y - y), t = ease(at.z - z), level[2];
    for (int i = 0; i < 2; i++) {
        double front = between(corner(x, y, z + i), corner(x + 1, y, z + i), u);
        double back = between(corner(x, y + 1, z + i), corner(x + 1, y + 1, z + i), u);
        level[i] = between(front, back, w);
    }
    return between(level[0], level[1], t);
}
