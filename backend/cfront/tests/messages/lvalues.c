struct fixed { const int n; int bits : 3; };
const int limit = 3;
int f(int x, struct fixed *s, const char *text)
{
    int a[3];
    3 = x;
    x + 1 = 2;
    x++ = 1;
    ++(x + 1);
    &x++;
    &s->bits;
    sizeof s->bits;
    limit = 4;
    limit++;
    *text = 'a';
    s->n = 1;
    *s = *s;
    a = 0;
    f = 0;
    &3;
    (char)x = 1;
    return &limit == 0;
}
