struct point { int x, y; }

int first(struct point p) { return p.x; }
enum color { RED, GREEN }
unsigned long second(void) { return 3; }
union word { int i; float f; }
struct pair { int a, b; }
static const double third = 3.5;
struct outer {
    struct inner { int n; }
    int after;
};
int fourth(struct outer *o) { return o->after; }
struct twice { int x; } int twice;
int int wrong;
struct none { int x; } kept, *far;
int fifth(void) { return kept.x + far->x; }
