#include "ray.h"

static const vec palette[8] = {
    {0.9, 0.2, 0.2}, {0.2, 0.8, 0.3}, {0.2, 0.4, 0.9}, {0.9, 0.8, 0.2},
    {0.7, 0.3, 0.8}, {0.2, 0.8, 0.8}, {0.9, 0.5, 0.2}, {0.8, 0.8, 0.8},
};

vec texture_plain(const object *o, vec at)
{
    (void)at;
    uint32_t sum = 0;
    for (const char *c = o->name; *c; c++)
        sum = sum * 31 + (uint8_t)*c;
    return palette[sum % 8];
}

vec texture_checks(const object *o, vec at)
{
    (void)o;
    int odd = ((int)floor(at.x) + (int)floor(at.z)) & 1;
    return odd ? v(0.85, 0.85, 0.8) : v(0.15, 0.2, 0.25);
}

vec texture_rings(const object *o, vec at)
{
    vec out = sub(at, o->center);
    double wave = sin(18 * sqrt(out.x * out.x + out.z * out.z));
    return wave > 0 ? texture_plain(o, at) : v(0.95, 0.95, 0.9);
}

vec texture_marble(const object *o, vec at)
{
    double vein = 0.5 + 0.5 * sin(6 * at.x + 8 * noise(scale(at, 2)));
    return add(scale(texture_plain(o, at), vein), scale(v(0.9, 0.9, 0.9), 1 - vein));
}
