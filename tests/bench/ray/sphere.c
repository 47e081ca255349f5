#include "ray.h"

int sphere_meets(const object *o, const ray *r, hit *h)
{
    vec away = sub(r->from, o->center);
    double b = dot(away, r->to), c = dot(away, away) - o->size.x * o->size.x;
    double d = b * b - c;
    if (d <= 0)
        return 0;
    double root = sqrt(d), t = -b - root;
    if (t < 1e-6)
        t = -b + root;
    if (t < 1e-6 || t >= h->distance)
        return 0;
    h->distance = t;
    h->normal = unit(sub(add(r->from, scale(r->to, t)), o->center));
    return 1;
}
