int f(int x) { if (x) else return 1; while x do ; return 0 }
