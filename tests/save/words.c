// Words of C23 that older compilers know from a header.
bool ready = true, done = false;
printf("out: %d %d\n", ready, done);
static_assert(sizeof(int) == 4, "as everywhere");
alignas(16) char room[16]; thread_local int own = 3;
printf("out: %zu %d\n", alignof(double), own);
