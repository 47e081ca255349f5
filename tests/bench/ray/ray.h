/* A small ray tracer of many files: something of every kind that a linker meets in plain C (calls
   and data across files, tables of functions, strings, constants, zeroed arrays, threads), with an
   output that does not depend on the number of threads. */
#ifndef RAY_H
#define RAY_H

#include <math.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vec { double x, y, z; } vec;

static inline vec v(double x, double y, double z) { return (vec){x, y, z}; }
static inline vec add(vec a, vec b) { return v(a.x + b.x, a.y + b.y, a.z + b.z); }
static inline vec sub(vec a, vec b) { return v(a.x - b.x, a.y - b.y, a.z - b.z); }
static inline vec scale(vec a, double k) { return v(a.x * k, a.y * k, a.z * k); }
static inline vec mul(vec a, vec b) { return v(a.x * b.x, a.y * b.y, a.z * b.z); }
static inline double dot(vec a, vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline vec unit(vec a) { return scale(a, 1 / sqrt(dot(a, a))); }

typedef struct ray { vec from, to; } ray;

typedef struct hit { double distance; vec at, normal; const struct object *object; } hit;

/* A colour for a place on an object. */
typedef vec texture(const struct object *object, vec at);

/* Whether a ray meets an object nearer than hit->distance; fills in distance and normal. */
typedef int meets(const struct object *object, const ray *ray, hit *hit);

typedef struct object {
    const char *name;
    meets *meets;
    texture *texture;
    vec center, size;
    double mirror;
} object;

typedef struct piece { const char *name; void (*build)(void); } piece;

extern const piece pieces[];
extern const size_t piece_count;

extern object scene_objects[];
extern size_t scene_count;
void scene_add(object object);
int scene_first(const ray *ray, hit *hit);
int scene_shadow(vec from, vec to);

meets sphere_meets, plane_meets, box_meets, disc_meets;
texture texture_plain, texture_checks, texture_rings, texture_marble;

vec trace(const ray *ray, int depth);
vec light_at(const hit *hit, const ray *ray);
vec sky(const ray *ray);
ray camera_ray(int x, int y, int width, int height, double dx, double dy);

double noise(vec at);
uint32_t random_next(uint32_t *state);
double random_unit(uint32_t *state);

typedef struct image { int width, height; uint8_t (*pixels)[3]; } image;
extern image picture;
void image_start(int width, int height);
void image_put(int x, int y, vec colour);
uint32_t image_sum(void);
int image_save(const char *path);

typedef struct options { int width, height, threads, samples; const char *save; } options;
extern options chosen;
int options_read(int argc, char **argv);

void threads_run(int threads, int rows, void (*row)(int y));

extern atomic_ulong rays_cast;

#endif
