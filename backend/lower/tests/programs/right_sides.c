/* What the right side of a compound assignment does happens before the left side, as in gcc. */
#include <stdio.h>
static int n; static int f(void){ return ++n; }
struct { int a:5; _Bool b; long long l; } s; _Complex double z; typedef int v4 __attribute__((vector_size(16)));
int main(void){ _Bool b=0; b |= f(); b &= f()==2; b ^= !f(); b += f() > 3 && f(); int x=1; x += b ? f() : 1; x <<= f() == 9; x /= f(); char *p="hello"+0; p += f()&1; int arr[4]={1,2,3,4}; arr[n&3] -= f();
 s.a += f(); s.b |= f() > 2; s.l *= f(); s.l -= (f(), 3); z += f(); z *= f(); double d=2; d += f(); d -= f() ? 1.5 : 2; unsigned char c = 250; c += f(); c |= f() << 2; v4 v={1,2,3,4}; v += f(); v *= (v4){f(),f(),1,1}; long double ld=1; ld += f(); ld /= f(); float g=3; g *= f(); x -= ({ int k=f(); k*2; }); __int128 w=5; w += f(); w <<= f()&3; p -= f() & 1; x |= (f() || f()); x ^= ~f(); x %= -f() - 1; unsigned long u=3; u += -f(); u >>= (char)f() & 3; int *q=arr; q += !f(); *q += f();
 printf("%d %d %s %d %d %d %lld %g %g %g %d %d %Lg %g %d %lu %d\n", b,x,p,arr[1],s.a,s.b,s.l,__real__ z,__imag__ z,d,c,v[1],ld,g,(int)w,u,*q); return 0; }
