int conditions(int a, int b, char *s)
{
    if (a = b) return 1;
    if ((a = b)) return 2;
    while (a = 0) ;
    for (; a = b; ) ;
    do ; while (a = b);
    if (s == "text") return 3;
    return a == b ? a : (b = a) ? 1 : 2;
}
