// Part of library.c.
__attribute__((noinline)) int library_store(int *p)
{
    p[4] = 1;
    return p[5];
}

int library_enter(int *p)
{
    return library_store(p) + 1;
}
