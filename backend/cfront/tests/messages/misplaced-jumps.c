int f(void) { break; continue; goto nowhere; }
int g(int x) { switch (x) { case 1: case 1: ; default: ; default: ; } case 3: return 1; }
