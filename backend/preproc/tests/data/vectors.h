/* Random vectors of every kind, and their bytes as text: for sse.c and sse4.c. */
#include <stdio.h>
#include <string.h>
#include <stdint.h>
static uint64_t s=88172645463325252ull; static uint64_t rnd(void){s^=s<<13;s^=s>>7;s^=s<<17;return s;}
static float rf(void){ static const float k[]={0,-0.0f,1,-1,0.5f,1.5f,2.5f,-2.5f,3e9f,-3e9f,1e30f,1e-40f,1.0f/0,-1.0f/0,0.0f/0,1e19f}; uint64_t r=rnd(); if(r%3==0) return k[r/3%16]; return (int)(r>>20)%100000/7.0f; }
static double rd(void){ uint64_t r=rnd(); if(r%3==0) return rf(); return (int64_t)(r>>2)%100000000/13.0; }
static __m128 rM(void){ __m128 v; for(int i=0;i<4;i++) v[i]=rf(); return v; }
static __m128d rD(void){ __m128d v; for(int i=0;i<2;i++) v[i]=rd(); return v; }
static __m128i rI(void){ __m128i v; for(int i=0;i<2;i++) v[i]=rnd(); if(rnd()%4==0) v[1]=v[0]; return v; }
static __m128 rMo(void){ __m128 v; for(int i=0;i<4;i++) v[i]=(int)(rnd()>>20)%5; return v; }
static __m128d rDo(void){ __m128d v; for(int i=0;i<2;i++) v[i]=(int)(rnd()>>20)%5; return v; }
static void show(const char*n,const void*p,int k){ printf("%s ",n); for(int i=0;i<k;i++) printf("%02x",((const unsigned char*)p)[i]); puts(""); }
static unsigned char buf[64] __attribute__((aligned(16)));
