struct tail { int n; int last[1]; };
int global[4];
int outside(struct tail *t) {
    int local[3];
    int *end = &local[3];
    local[3] = 1;
    global[-1] = 2;
    t->last[2] = 3;
    if (sizeof global > 100) global[50] = 1;
    return *end;
}
