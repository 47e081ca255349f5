#include "ray.h"

atomic_ulong rays_cast;

vec trace(const ray *r, int depth)
{
    hit h;
    atomic_fetch_add_explicit(&rays_cast, 1, memory_order_relaxed);
    if (!scene_first(r, &h))
        return sky(r);
    vec colour = light_at(&h, r);
    double mirror = h.object->mirror;
    if (mirror <= 0 || depth >= 4)
        return colour;
    vec back = sub(r->to, scale(h.normal, 2 * dot(r->to, h.normal)));
    ray next = {add(h.at, scale(h.normal, 1e-5)), unit(back)};
    return add(scale(colour, 1 - mirror), scale(trace(&next, depth + 1), mirror));
}
