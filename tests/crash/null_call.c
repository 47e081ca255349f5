// A call of nothing: the caller is found all the same.
// compile: -g -fno-optimize-sibling-calls
// status: 139
//! crash: SIGSEGV, call of a null pointer
//! in 0x0
//! by caller+0x
//! null_call.c:13
//! by main+0x
void (*nothing)(void);

__attribute__((noinline)) int caller(int n)
{
    nothing();
    return n;
}

int main(void)
{
    return caller(3) + 1;
}
