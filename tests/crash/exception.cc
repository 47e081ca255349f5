// An exception that nobody catches ends in abort; the frames of libstdc++ stand between.
// compile: -fPIC
// link: -lstdc++
// status: 134
//! terminate called after throwing an instance of 'int'
//! crash: SIGABRT, abort was called
//! libstdc++.so
//! by _ZL7throweri+0x
//! by main+0x
__attribute__((noinline)) static void thrower(int n)
{
    if (n > 2)
        throw n;
}

int main()
{
    thrower(3);
    return 0;
}
