int *p = 5; char *q = &p; const int c = 1; int *r = &c; void f(void) { c = 2; int i = p; }
