// In a shared library that was opened for the program: its functions have names.
// compile: -fno-optimize-sibling-calls
// library: library.lib.c
// status: 139
//! crash: SIGSEGV, write to 0x18, a null pointer plus 24
//! in library_store+0x
//! liblibrary.so
//! by library_enter+0x
//! by main+0x
int library_enter(int *);

int main(void)
{
    return library_enter((int *)8) + 1;
}
