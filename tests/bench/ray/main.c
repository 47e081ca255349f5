/* Arguments in; on stdout one line: objects, pixels, rays and the sum of the picture. */
#include "ray.h"
#include <stdio.h>

static void row(int y)
{
    uint32_t state = 12345u + (uint32_t)y * 7919u;
    for (int x = 0; x < picture.width; x++) {
        vec colour = v(0, 0, 0);
        for (int s = 0; s < chosen.samples; s++) {
            double dx = random_unit(&state), dy = random_unit(&state);
            ray r = camera_ray(x, y, picture.width, picture.height, dx, dy);
            colour = add(colour, trace(&r, 0));
        }
        image_put(x, y, scale(colour, 1.0 / chosen.samples));
    }
}

int main(int argc, char **argv)
{
    if (!options_read(argc, argv)) {
        fprintf(stderr, "usage: %s [width [height [threads [samples [file.ppm]]]]]\n", argv[0]);
        return 2;
    }
    for (size_t i = 0; i < piece_count; i++)
        pieces[i].build();
    image_start(chosen.width, chosen.height);
    threads_run(chosen.threads, chosen.height, row);
    printf("%zu objects, %d x %d, %lu rays, sum %08x\n", scene_count, picture.width,
           picture.height, atomic_load(&rays_cast), image_sum());
    return chosen.save && !image_save(chosen.save) ? 1 : 0;
}
