#include <stdio.h>
#include <stdint.h>
#include <string.h>
static inline void cpuid(unsigned leaf, unsigned *a, unsigned *b, unsigned *c, unsigned *d){ __asm__ volatile("cpuid":"=a"(*a),"=b"(*b),"=c"(*c),"=d"(*d):"a"(leaf),"c"(0)); }
static inline uint64_t rdtsc(void){ unsigned lo,hi; __asm__ __volatile__("rdtsc":"=a"(lo),"=d"(hi)); return ((uint64_t)hi<<32)|lo; }
static inline int atomic_add(int *p,int v){ __asm__ volatile("lock; xaddl %0,%1":"+r"(v),"+m"(*p)::"memory"); return v; }
static inline int cas(int *p,int o,int n){ unsigned char r; __asm__ volatile("lock cmpxchgl %3,%1; sete %0":"=q"(r),"+m"(*p),"+a"(o):"r"(n):"memory","cc"); return r; }
static inline uint64_t mulhi(uint64_t a,uint64_t b){ uint64_t hi,lo; __asm__("mulq %3":"=a"(lo),"=d"(hi):"0"(a),"rm"(b):"cc"); return hi; }
static inline uint32_t bswap(uint32_t x){ __asm__("bswap %0":"+r"(x)); return x; }
static inline int bsr(unsigned x){ int r; __asm__("bsrl %1,%0":"=r"(r):"rm"(x):"cc"); return r; }
static inline void *copy(void *d,const void *s,size_t n){ void *r=d; __asm__ volatile("rep movsb":"+D"(d),"+S"(s),"+c"(n)::"memory"); return r; }
static inline long sys_write(int fd,const void *b,size_t n){ long r; __asm__ volatile("syscall":"=a"(r):"0"(1L),"D"((long)fd),"S"(b),"d"(n):"rcx","r11","memory"); return r; }
static inline int flag(int a,int b){ int r; __asm__("cmpl %2,%1":"=@ccl"(r):"r"(a),"r"(b)); return r; }
static inline double sq(double x){ double r; __asm__("sqrtsd %1,%0":"=x"(r):"x"(x)); return r; }
static inline long double ldsqrt(long double x){ __asm__("fsqrt":"+t"(x)); return x; }
static int goto_test(int x){ __asm__ goto("testl %0,%0; jnz %l[nz]"::"r"(x):"cc":nz); return 0; nz: return 1; }
static inline unsigned rol(unsigned x){ __asm__("roll %1,%0":"+r"(x):"I"(5)); return x; }
static inline uint64_t add128(uint64_t a, uint64_t b, uint64_t c,uint64_t d,uint64_t*hi){ __asm__("addq %[c],%[a]\n\tadcq %[d],%[b]":[a]"+r"(a),[b]"+r"(b):[c]"r"(c),[d]"g"(d):"cc"); *hi=b; return a; }
int named(int v){ int out; __asm__("movl %[in], %[out]; addl $1, %[out]" : [out] "=&r"(out) : [in] "r"(v)); return out; }
int barrier(int x){ __asm__ volatile("":"+r"(x)::"memory"); return x; }
static int loop(int n){ int s=0; __asm__("1: addl %1,%0\n decl %1\n jnz 1b":"+r"(s),"+r"(n)); return s; }
int regvar(void){ register long a __asm__("r10") = 42; long r; __asm__ volatile("movq %1,%0":"=r"(r):"r"(a)); return r; }
typedef int v4 __attribute__((vector_size(16)));
v4 padd(v4 a,v4 b){ __asm__("paddd %1,%0":"+x"(a):"x"(b)); return a; }
__attribute__((naked)) int seven(void) { __asm__("movl $7, %eax\n\tret"); }
int helper(int x) { return x * 2; }
__attribute__((naked)) int twice(int x) { __asm__("jmp helper"); }
int main(void){
 printf("%d %d\n", seven(), twice(21));
 unsigned a,b,c,d; cpuid(0,&a,&b,&c,&d); char v[13]; memcpy(v,&b,4);memcpy(v+4,&d,4);memcpy(v+8,&c,4);v[12]=0; printf("%d\n",(int)strlen(v));
 printf("%d\n",rdtsc()<rdtsc());
 int x=5; printf("%d %d\n",atomic_add(&x,3),x); printf("%d %d\n",cas(&x,8,11),x); printf("%d\n",cas(&x,8,12));
 printf("%llx\n",(unsigned long long)mulhi(~0ull,~0ull)); printf("%x %d\n",bswap(0x12345678),bsr(4097));
 char buf[20]; copy(buf,"hello asm",10); puts(buf); fflush(stdout); sys_write(1,"sys\n",4);
 printf("%d %d %g %Lg %d %d %x\n",flag(1,2),flag(2,1),sq(2.25),ldsqrt(6.25L),goto_test(0),goto_test(7),rol(0x80000001));
 uint64_t hi; uint64_t lo=add128(~0ull,1,1,2,&hi); printf("%llu %llu\n",(unsigned long long)lo,(unsigned long long)hi);
 printf("%d %d %d %d\n",named(4),barrier(9),loop(10),regvar());
 v4 r=padd((v4){1,2,3,4},(v4){10,20,30,40}); printf("%d %d\n",r[0],r[3]);
 __asm__ volatile("mfence":::"memory"); __asm__("nop"); __asm__ volatile("pause");
 return 0;}
