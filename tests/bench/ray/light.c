#include "ray.h"

static const struct lamp { vec at, colour; } lamps[] = {
    {{-6, 9, -6}, {0.7, 0.65, 0.6}},
    {{7, 6, -4}, {0.25, 0.3, 0.4}},
};

vec light_at(const hit *h, const ray *r)
{
    vec surface = h->object->texture(h->object, h->at);
    vec sum = scale(surface, 0.15), off = add(h->at, scale(h->normal, 1e-5));
    for (size_t i = 0; i < sizeof lamps / sizeof *lamps; i++) {
        vec to = unit(sub(lamps[i].at, h->at));
        double facing = dot(h->normal, to);
        if (facing <= 0 || scene_shadow(off, lamps[i].at))
            continue;
        sum = add(sum, scale(mul(surface, lamps[i].colour), facing));
        double shine = dot(unit(sub(to, r->to)), h->normal);
        if (shine > 0)
            sum = add(sum, scale(lamps[i].colour, 0.4 * pow(shine, 40)));
    }
    return sum;
}
