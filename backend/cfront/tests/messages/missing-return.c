int f(int a) { a = 1; if (a = 2) return 1; }
int g(void) { for (;;) ; }
int h(int x) { switch (x) { case 1: return 1; default: return 2; } }
int k(int x) { while (1) { if (x) break; } }
