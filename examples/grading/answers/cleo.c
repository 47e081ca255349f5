int *limit(int *x) { return 0; }
int clamp(int x, int low, int high) { return x > high ? *limit(&high) : x < low ? low : x; }
