#include "ray.h"

int disc_meets(const object *o, const ray *r, hit *h)
{
    hit inner = *h;
    if (!plane_meets(o, r, &inner))
        return 0;
    vec out = sub(add(r->from, scale(r->to, inner.distance)), o->center);
    if (dot(out, out) > o->size.x * o->size.x)
        return 0;
    *h = inner;
    return 1;
}
