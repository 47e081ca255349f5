#include "ray.h"

/* An upright box: the slab that is entered last is where it is met. */
int box_meets(const object *o, const ray *r, hit *h)
{
    const double from[] = {r->from.x, r->from.y, r->from.z};
    const double to[] = {r->to.x, r->to.y, r->to.z};
    const double center[] = {o->center.x, o->center.y, o->center.z};
    const double half[] = {o->size.x, o->size.y, o->size.z};
    double enter = 1e-6, leave = h->distance, normal[3] = {0, 0, 0};
    int side = -1;
    for (int axis = 0; axis < 3; axis++) {
        if (fabs(to[axis]) < 1e-12) {
            if (fabs(from[axis] - center[axis]) > half[axis])
                return 0;
            continue;
        }
        double a = (center[axis] - half[axis] - from[axis]) / to[axis];
        double b = (center[axis] + half[axis] - from[axis]) / to[axis];
        double near = a < b ? a : b, far = a < b ? b : a;
        if (near > enter)
            enter = near, side = axis;
        if (far < leave)
            leave = far;
        if (enter >= leave)
            return 0;
    }
    if (side < 0)
        return 0;
    normal[side] = to[side] > 0 ? -1 : 1;
    h->distance = enter;
    h->normal = v(normal[0], normal[1], normal[2]);
    return 1;
}
