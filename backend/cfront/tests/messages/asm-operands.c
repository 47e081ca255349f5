int f(int x)
{
    asm("nop" : "r"(x));
    asm("nop" : "=r"(x + 1));
    asm("nop" : : "=r"(x));
    asm("nop" : : "r");
    asm(nop);
    return x;
}
void at_a_place(void *p) { asm("" : "=m"(*p)); asm volatile("" : : "m"(*p), "r"(*p)); }
