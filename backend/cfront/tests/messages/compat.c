// options: -Wc90-c99-compat -Wc99-c11-compat -Wc11-c23-compat
struct s { int a; struct { int b; }; };
_Static_assert(_Alignof(int) == 4);
int f(int n) {
    int many[n];
    for (int i = 0; i < n; i++)
        many[i] = 0b11;
    return many[0];
}
