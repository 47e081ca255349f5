int f(int n, int m, int a[n][m], int k) { return a[1][2] + k + sizeof(a[0]); }
int g(int a, int b[a++], int c, int d[c++]) { return a + c; }
int h(int n, double x[static const n], int (*p)[n]) { typedef int row[n]; row r; int z[n][2*n]; return sizeof r + sizeof z + sizeof(int[n+1]) + (*p)[1]; }
