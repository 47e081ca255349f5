int clamp(int x, int low, int high) { return x < low ? low : x; }
