#include "ray.h"

/* A level floor at the height of its centre. */
int plane_meets(const object *o, const ray *r, hit *h)
{
    if (fabs(r->to.y) < 1e-9)
        return 0;
    double t = (o->center.y - r->from.y) / r->to.y;
    if (t < 1e-6 || t >= h->distance)
        return 0;
    h->distance = t;
    h->normal = v(0, r->to.y > 0 ? -1 : 1, 0);
    return 1;
}
