typedef enum { false, true } bool;
bool flag = true;
int f(bool b) { int nullptr = 1; return b == false; }
