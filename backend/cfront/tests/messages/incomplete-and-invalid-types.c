struct s; struct s x; struct s { int a; struct s inner; int a; };
int a[-1]; int b[]; void v; int fn()[3]; int arr[2](void);
