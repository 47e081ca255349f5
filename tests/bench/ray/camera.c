#include "ray.h"

static const vec eye = {0, 3.2, -11};
static const vec aim = {0, 1.2, 0};

ray camera_ray(int x, int y, int width, int height, double dx, double dy)
{
    vec ahead = unit(sub(aim, eye));
    vec right = unit(v(ahead.z, 0, -ahead.x));
    vec up = v(ahead.y * right.z - ahead.z * right.y, ahead.z * right.x - ahead.x * right.z,
               ahead.x * right.y - ahead.y * right.x);
    double aspect = (double)width / height;
    double sx = ((x + dx) / width * 2 - 1) * aspect * 0.55;
    double sy = (1 - (y + dy) / height * 2) * 0.55;
    return (ray){eye, unit(add(ahead, add(scale(right, sx), scale(up, sy))))};
}
