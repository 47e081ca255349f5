int f(void) { int x = 5
  int y = 6; return x + y; }
