#include "ray.h"
#include <stdlib.h>

#define MOST 1024

object scene_objects[MOST];
size_t scene_count;

void scene_add(object object)
{
    if (scene_count == MOST)
        abort();
    scene_objects[scene_count++] = object;
}

int scene_first(const ray *ray, hit *hit)
{
    hit->distance = 1e30;
    hit->object = NULL;
    for (size_t i = 0; i < scene_count; i++)
        if (scene_objects[i].meets(&scene_objects[i], ray, hit))
            hit->object = &scene_objects[i];
    if (!hit->object)
        return 0;
    hit->at = add(ray->from, scale(ray->to, hit->distance));
    return 1;
}

int scene_shadow(vec from, vec to)
{
    vec way = sub(to, from);
    ray line = {from, unit(way)};
    hit hit = {.distance = sqrt(dot(way, way))};
    for (size_t i = 0; i < scene_count; i++)
        if (scene_objects[i].meets(&scene_objects[i], &line, &hit))
            return 1;
    return 0;
}
