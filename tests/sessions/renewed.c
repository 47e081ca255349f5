// After so many restores an executor's mappings are made anew: every byte is where it was.
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <errno.h>
enum { BIG = 6 << 20 };
unsigned char *heap = malloc(BIG), global[BIG];
_Thread_local int own = 7;
char *small[64];
for (int i = 0; i < 64; i++) small[i] = strdup("small");
void fill(void) { for (int i = 0; i < BIG; i += 12289) heap[i] = global[i] = i % 251 + 1; }
unsigned sum(unsigned char *of) { unsigned s = 0; for (int i = 0; i < BIG; i++) s = s * 31 + of[i]; return s; }
int deep(int n) { volatile char a[4096]; a[0] = n; return n ? deep(n - 1) + a[0] : 0; }
deep(3000) != 0
//= int 1
fill(); unsigned before = sum(heap);
before == sum(global)
//= int 1
own = 8; errno = 33;
int n0 = 0;
heap[0] = global[0] ^= 1; own++; small[0][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n1 = 1;
heap[4096] = global[4096] ^= 1; own++; small[1][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n2 = 2;
heap[8192] = global[8192] ^= 1; own++; small[2][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n3 = 3;
heap[12288] = global[12288] ^= 1; own++; small[3][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n4 = 4;
heap[16384] = global[16384] ^= 1; own++; small[4][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n5 = 5;
heap[20480] = global[20480] ^= 1; own++; small[5][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n6 = 6;
heap[24576] = global[24576] ^= 1; own++; small[6][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n7 = 7;
heap[28672] = global[28672] ^= 1; own++; small[7][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n8 = 8;
heap[32768] = global[32768] ^= 1; own++; small[8][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n9 = 9;
heap[36864] = global[36864] ^= 1; own++; small[9][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
before == sum(heap) && before == sum(global) && own == 8 && errno == 33
//= int 1
int n10 = 10;
heap[40960] = global[40960] ^= 1; own++; small[10][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n11 = 11;
heap[45056] = global[45056] ^= 1; own++; small[11][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n12 = 12;
heap[49152] = global[49152] ^= 1; own++; small[12][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n13 = 13;
heap[53248] = global[53248] ^= 1; own++; small[13][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n14 = 14;
heap[57344] = global[57344] ^= 1; own++; small[14][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n15 = 15;
heap[61440] = global[61440] ^= 1; own++; small[15][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n16 = 16;
heap[65536] = global[65536] ^= 1; own++; small[16][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n17 = 17;
heap[69632] = global[69632] ^= 1; own++; small[17][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n18 = 18;
heap[73728] = global[73728] ^= 1; own++; small[18][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n19 = 19;
heap[77824] = global[77824] ^= 1; own++; small[19][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
before == sum(heap) && before == sum(global) && own == 8 && errno == 33
//= int 1
int n20 = 20;
heap[81920] = global[81920] ^= 1; own++; small[20][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n21 = 21;
heap[86016] = global[86016] ^= 1; own++; small[21][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n22 = 22;
heap[90112] = global[90112] ^= 1; own++; small[22][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n23 = 23;
heap[94208] = global[94208] ^= 1; own++; small[23][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n24 = 24;
heap[98304] = global[98304] ^= 1; own++; small[24][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n25 = 25;
heap[102400] = global[102400] ^= 1; own++; small[25][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n26 = 26;
heap[106496] = global[106496] ^= 1; own++; small[26][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n27 = 27;
heap[110592] = global[110592] ^= 1; own++; small[27][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n28 = 28;
heap[114688] = global[114688] ^= 1; own++; small[28][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n29 = 29;
heap[118784] = global[118784] ^= 1; own++; small[29][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
before == sum(heap) && before == sum(global) && own == 8 && errno == 33
//= int 1
int n30 = 30;
heap[122880] = global[122880] ^= 1; own++; small[30][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n31 = 31;
heap[126976] = global[126976] ^= 1; own++; small[31][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n32 = 32;
heap[131072] = global[131072] ^= 1; own++; small[32][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n33 = 33;
heap[135168] = global[135168] ^= 1; own++; small[33][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n34 = 34;
heap[139264] = global[139264] ^= 1; own++; small[34][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n35 = 35;
heap[143360] = global[143360] ^= 1; own++; small[35][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n36 = 36;
heap[147456] = global[147456] ^= 1; own++; small[36][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n37 = 37;
heap[151552] = global[151552] ^= 1; own++; small[37][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n38 = 38;
heap[155648] = global[155648] ^= 1; own++; small[38][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
int n39 = 39;
heap[159744] = global[159744] ^= 1; own++; small[39][0] = 'S'; *(volatile int *)0 = 1;
//! crash: SIGSEGV
before == sum(heap) && before == sum(global) && own == 8 && errno == 33
//= int 1
int wrong = 0; for (int i = 0; i < 64; i++) wrong += strcmp(small[i], "small") != 0;
wrong + n0 + n39
//= int 39
deep(3000) != 0
//= int 1
FILE *f = tmpfile(); fputs("kept", f); rewind(f);
*(volatile int *)0 = 1;
//! crash: SIGSEGV
getc(f)
//= int 107
// status: 1
