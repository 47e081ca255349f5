int counter;
int f(int argument)
{
    int local = argumnet + 1;
    conuter = local;
    conuter = lcoal;
    xyzzy(1);
    xyzzy(2);
    return printf("%d", sqrt(2.0)) + INT_MAX;
}
int g(void) { return conuter + int + NULL; }
