int f(int x)
{
    asm("nop" : "r"(x));
    asm("nop" : "=r"(x + 1));
    asm("nop" : : "=r"(x));
    asm("nop" : : "r");
    asm(nop);
    return x;
}
