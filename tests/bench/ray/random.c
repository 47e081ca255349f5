#include "ray.h"

uint32_t random_next(uint32_t *state)
{
    uint32_t s = *state;
    s ^= s << 13;
    s ^= s >> 17;
    s ^= s << 5;
    return *state = s;
}

double random_unit(uint32_t *state) { return random_next(state) / 4294967296.0; }
