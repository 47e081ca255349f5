#include "ray.h"

vec sky(const ray *r)
{
    double t = 0.5 * (r->to.y + 1);
    return add(scale(v(0.9, 0.9, 0.95), 1 - t), scale(v(0.35, 0.55, 0.9), t));
}
