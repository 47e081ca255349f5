// compile: -g
// status: 139
//! crash: SIGSEGV, write to 0x
//! which is read-only
//! in main+0x
//! read_only.c:10
static const char text[] = "constant";
int main(void)
{
    *(volatile char *)text = 'C';
    return 0;
}
