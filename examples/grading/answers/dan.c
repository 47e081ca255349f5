int clamp(int x, int low, int high) { while (x != low) x -= x > low ? 1 : 0; return x; }
