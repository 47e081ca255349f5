#define FIELD(p) ((p)->widht)
#define AREA(p) (FIELD(p) * (p)->height)
#define TWICE(x) ((x) + (x))
struct box { int width, height; };
int area(struct box *b) { return TWICE(AREA(b)); }
int quiet(void) { return TWICE(unknown); }
#define ASSIGN(a, b) a = b
int *pointer; double real;
void f(void) { ASSIGN(pointer, real); ASSIGN(3, 4); }
