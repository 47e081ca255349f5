// compile: -g
// status: 136
//! crash: SIGFPE, integer division by zero
//! in divide+0x
//! division.c:9
//! by main+0x
__attribute__((noinline)) static int divide(volatile int a, volatile int b)
{
    return a / b;
}

int main(void)
{
    return divide(1, 0) + 1;
}
