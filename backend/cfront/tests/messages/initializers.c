int a[2] = {1,2,3}; struct { int x, y; } s = {1, .z = 2, 3, 4}; char c[2] = "hello"; int m = {1, 2};
int n = f(); int k[] = {[5] = 1, [2 ... 1] = 3, [-1] = 2};
