// compile: -fno-optimize-sibling-calls
// status: 139
//! crash: SIGSEGV, the stack is used up
//! in endless+0x
//! more frames of endless
//! and more
__attribute__((noinline)) static int endless(volatile int n)
{
    volatile char room[64] = { 0 };
    return endless(n + 1) + room[n & 63];
}

int main(void)
{
    return endless(0);
}
