int take(int *p, const char *name);
int none();
void nothing(void);
struct pair { int a, b; };
void give(struct pair p);
int use(struct pair p, double d, char *s)
{
    take(&p.a);
    take(&p.a, s, 3);
    take(&d, s);
    take(1, s);
    take(&p.b, &p);
    give(3);
    give(nothing());
    none(1, 2);
    p(1);
    s = nothing();
    return d(2) + take;
}
