static int nowhere(void);
static int idle(void) { return 1; }
static int counter = 3;
static const int limit = 10;
static int spared __attribute__((unused));
int unused(int a, int b, [[maybe_unused]] int c) {
    int never, set, used = 1;
    static int kept;
    (void)b;
    set = 5;
again:
    nowhere();
    return used;
}
