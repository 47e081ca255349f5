/* Every function of SSE3 to SSE4.2, of BMI and its kin on random values, results as bytes: the same
   with any compiler's headers. */
#include <immintrin.h>
#include <x86intrin.h>
#include "vectors.h"
static __m128i rS(void){ unsigned char b[16]; __m128i v; int zero=(int)(rnd()%24); for(int i=0;i<16;i++) b[i]=i==zero||i==zero+1?0:"abcd\x80\xff"[rnd()%6]; memcpy(&v,b,16); return v; }
static uint64_t rw(void){ uint64_t r=rnd(); return r%5==0 ? 0 : r%5==1 ? r&0xff : r; }
#define ALL(k,...) k##i(__VA_ARGS__), k##a(__VA_ARGS__), k##c(__VA_ARGS__), k##o(__VA_ARGS__), k##s(__VA_ARGS__), k##z(__VA_ARGS__)
#define STRINGS(n) { __m128i a=rS(),b=rS(); int la=(int)(rnd()%21)-2, lb=(int)(rnd()%21)-2; __m128i m=_mm_cmpistrm(a,b,n); show("istrm",&m,16); m=_mm_cmpestrm(a,la,b,lb,n); show("estrm",&m,16); int r[12]={ALL(_mm_cmpistr,a,b,n), ALL(_mm_cmpestr,a,la,b,lb,n)}; show(#n,r,48); }
int main(void){ for(int t=0;t<12;t++){ for(int i=0;i<64;i+=8){uint64_t r=rnd();memcpy(buf+i,&r,8);} 
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_addsub_ps(a0, a1); show("_mm_addsub_ps",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_addsub_pd(a0, a1); show("_mm_addsub_pd",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_hadd_ps(a0, a1); show("_mm_hadd_ps",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_hadd_pd(a0, a1); show("_mm_hadd_pd",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_hsub_ps(a0, a1); show("_mm_hsub_ps",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_hsub_pd(a0, a1); show("_mm_hsub_pd",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_movehdup_ps(a0); show("_mm_movehdup_ps",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_moveldup_ps(a0); show("_mm_moveldup_ps",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_movedup_pd(a0); show("_mm_movedup_pd",&r,sizeof r);}
{__m128i r=_mm_lddqu_si128((const void *)(buf+1)); show("lddqu",&r,16);} {double d=rd(); __m128d r=_mm_loaddup_pd(&d); show("loaddup",&r,16);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_hadd_epi16(a0, a1); show("_mm_hadd_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_hadd_epi32(a0, a1); show("_mm_hadd_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_hadds_epi16(a0, a1); show("_mm_hadds_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_hsub_epi16(a0, a1); show("_mm_hsub_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_hsub_epi32(a0, a1); show("_mm_hsub_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_hsubs_epi16(a0, a1); show("_mm_hsubs_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_maddubs_epi16(a0, a1); show("_mm_maddubs_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mulhrs_epi16(a0, a1); show("_mm_mulhrs_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_shuffle_epi8(a0, a1); show("_mm_shuffle_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sign_epi8(a0, a1); show("_mm_sign_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sign_epi16(a0, a1); show("_mm_sign_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sign_epi32(a0, a1); show("_mm_sign_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpeq_epi64(a0, a1); show("_mm_cmpeq_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpgt_epi64(a0, a1); show("_mm_cmpgt_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_min_epi8(a0, a1); show("_mm_min_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_min_epu16(a0, a1); show("_mm_min_epu16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_min_epi32(a0, a1); show("_mm_min_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_min_epu32(a0, a1); show("_mm_min_epu32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_max_epi8(a0, a1); show("_mm_max_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_max_epu16(a0, a1); show("_mm_max_epu16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_max_epi32(a0, a1); show("_mm_max_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_max_epu32(a0, a1); show("_mm_max_epu32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mul_epi32(a0, a1); show("_mm_mul_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mullo_epi32(a0, a1); show("_mm_mullo_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_packus_epi32(a0, a1); show("_mm_packus_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_abs_epi8(a0); show("_mm_abs_epi8",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_abs_epi16(a0); show("_mm_abs_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_abs_epi32(a0); show("_mm_abs_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_minpos_epu16(a0); show("_mm_minpos_epu16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepi8_epi16(a0); show("_mm_cvtepi8_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepu8_epi16(a0); show("_mm_cvtepu8_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepi8_epi32(a0); show("_mm_cvtepi8_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepu8_epi32(a0); show("_mm_cvtepu8_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepi8_epi64(a0); show("_mm_cvtepi8_epi64",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepu8_epi64(a0); show("_mm_cvtepu8_epi64",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepi16_epi32(a0); show("_mm_cvtepi16_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepu16_epi32(a0); show("_mm_cvtepu16_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepi16_epi64(a0); show("_mm_cvtepi16_epi64",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepu16_epi64(a0); show("_mm_cvtepu16_epi64",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepi32_epi64(a0); show("_mm_cvtepi32_epi64",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_cvtepu32_epi64(a0); show("_mm_cvtepu32_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 0); show("_mm_alignr_epi8 0",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 1); show("_mm_alignr_epi8 1",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 7); show("_mm_alignr_epi8 7",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 15); show("_mm_alignr_epi8 15",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 16); show("_mm_alignr_epi8 16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 20); show("_mm_alignr_epi8 20",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 31); show("_mm_alignr_epi8 31",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_alignr_epi8(a0, a1, 32); show("_mm_alignr_epi8 32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_blend_epi16(a0, a1, 0); show("_mm_blend_epi16 0",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_blend_epi16(a0, a1, 90); show("_mm_blend_epi16 90",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_blend_epi16(a0, a1, 255); show("_mm_blend_epi16 255",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_blend_ps(a0, a1, 0); show("_mm_blend_ps 0",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_blend_ps(a0, a1, 5); show("_mm_blend_ps 5",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_blend_ps(a0, a1, 10); show("_mm_blend_ps 10",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_blend_ps(a0, a1, 15); show("_mm_blend_ps 15",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_blend_pd(a0, a1, 0); show("_mm_blend_pd 0",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_blend_pd(a0, a1, 1); show("_mm_blend_pd 1",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_blend_pd(a0, a1, 2); show("_mm_blend_pd 2",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_blend_pd(a0, a1, 3); show("_mm_blend_pd 3",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI();__m128i a2=rI(); __m128i r=_mm_blendv_epi8(a0, a1, a2); show("_mm_blendv_epi8",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM();__m128 a2=rM(); __m128 r=_mm_blendv_ps(a0, a1, a2); show("_mm_blendv_ps",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD();__m128d a2=rD(); __m128d r=_mm_blendv_pd(a0, a1, a2); show("_mm_blendv_pd",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); __m128 r=_mm_dp_ps(a0, a1, 255); show("_mm_dp_ps 255",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); __m128 r=_mm_dp_ps(a0, a1, 113); show("_mm_dp_ps 113",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); __m128 r=_mm_dp_ps(a0, a1, 60); show("_mm_dp_ps 60",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); __m128 r=_mm_dp_ps(a0, a1, 0); show("_mm_dp_ps 0",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); __m128d r=_mm_dp_pd(a0, a1, 51); show("_mm_dp_pd 51",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); __m128d r=_mm_dp_pd(a0, a1, 17); show("_mm_dp_pd 17",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); __m128d r=_mm_dp_pd(a0, a1, 34); show("_mm_dp_pd 34",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 0); show("_mm_mpsadbw_epu8 0",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 1); show("_mm_mpsadbw_epu8 1",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 2); show("_mm_mpsadbw_epu8 2",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 3); show("_mm_mpsadbw_epu8 3",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 4); show("_mm_mpsadbw_epu8 4",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 5); show("_mm_mpsadbw_epu8 5",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 6); show("_mm_mpsadbw_epu8 6",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mpsadbw_epu8(a0, a1, 7); show("_mm_mpsadbw_epu8 7",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi8(a0, 0); show("_mm_extract_epi8 0",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi8(a0, 1); show("_mm_extract_epi8 1",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi32(a0, 0); show("_mm_extract_epi32 0",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi32(a0, 1); show("_mm_extract_epi32 1",&r,sizeof r);}
{__m128i a0=rI(); long long r=_mm_extract_epi64(a0, 0); show("_mm_extract_epi64 0",&r,sizeof r);}
{__m128i a0=rI(); long long r=_mm_extract_epi64(a0, 1); show("_mm_extract_epi64 1",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_extract_ps(a0, 0); show("_mm_extract_ps 0",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_extract_ps(a0, 3); show("_mm_extract_ps 3",&r,sizeof r);}
{__m128i a=rI(); __m128i r=_mm_insert_epi8(a,(int)rnd(),13); show("ins8",&r,16); r=_mm_insert_epi32(a,(int)rnd(),2); show("ins32",&r,16); r=_mm_insert_epi64(a,rnd(),1); show("ins64",&r,16);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_insert_ps(a0, a1, 0x00); show("_mm_insert_ps 0x00",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_insert_ps(a0, a1, 0x9a); show("_mm_insert_ps 0x9a",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_insert_ps(a0, a1, 0xe5); show("_mm_insert_ps 0xe5",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_insert_ps(a0, a1, 0x40); show("_mm_insert_ps 0x40",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_insert_ps(a0, a1, _MM_MK_INSERTPS_NDX(1, 2, 3)); show("_mm_insert_ps _MM_MK_INSERTPS_NDX(1, 2, 3)",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_round_ps(a0, _MM_FROUND_NINT); show("_mm_round_ps _MM_FROUND_NINT",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_round_pd(a0, _MM_FROUND_NINT); show("_mm_round_pd _MM_FROUND_NINT",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_round_ss(a0, a1, _MM_FROUND_NINT); show("_mm_round_ss _MM_FROUND_NINT",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_round_sd(a0, a1, _MM_FROUND_NINT); show("_mm_round_sd _MM_FROUND_NINT",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_round_ps(a0, _MM_FROUND_FLOOR); show("_mm_round_ps _MM_FROUND_FLOOR",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_round_pd(a0, _MM_FROUND_FLOOR); show("_mm_round_pd _MM_FROUND_FLOOR",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_round_ss(a0, a1, _MM_FROUND_FLOOR); show("_mm_round_ss _MM_FROUND_FLOOR",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_round_sd(a0, a1, _MM_FROUND_FLOOR); show("_mm_round_sd _MM_FROUND_FLOOR",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_round_ps(a0, _MM_FROUND_CEIL); show("_mm_round_ps _MM_FROUND_CEIL",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_round_pd(a0, _MM_FROUND_CEIL); show("_mm_round_pd _MM_FROUND_CEIL",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_round_ss(a0, a1, _MM_FROUND_CEIL); show("_mm_round_ss _MM_FROUND_CEIL",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_round_sd(a0, a1, _MM_FROUND_CEIL); show("_mm_round_sd _MM_FROUND_CEIL",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_round_ps(a0, _MM_FROUND_TRUNC); show("_mm_round_ps _MM_FROUND_TRUNC",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_round_pd(a0, _MM_FROUND_TRUNC); show("_mm_round_pd _MM_FROUND_TRUNC",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_round_ss(a0, a1, _MM_FROUND_TRUNC); show("_mm_round_ss _MM_FROUND_TRUNC",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_round_sd(a0, a1, _MM_FROUND_TRUNC); show("_mm_round_sd _MM_FROUND_TRUNC",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_round_ps(a0, _MM_FROUND_RINT); show("_mm_round_ps _MM_FROUND_RINT",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_round_pd(a0, _MM_FROUND_RINT); show("_mm_round_pd _MM_FROUND_RINT",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_round_ss(a0, a1, _MM_FROUND_RINT); show("_mm_round_ss _MM_FROUND_RINT",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_round_sd(a0, a1, _MM_FROUND_RINT); show("_mm_round_sd _MM_FROUND_RINT",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_ceil_ps(a0); show("_mm_ceil_ps",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_ceil_pd(a0); show("_mm_ceil_pd",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_ceil_ss(a0, a1); show("_mm_ceil_ss",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_ceil_sd(a0, a1); show("_mm_ceil_sd",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_floor_ps(a0); show("_mm_floor_ps",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_floor_pd(a0); show("_mm_floor_pd",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_floor_ss(a0, a1); show("_mm_floor_ss",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_floor_sd(a0, a1); show("_mm_floor_sd",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); int r=_mm_testz_si128(a0, a1); show("_mm_testz_si128",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); int r=_mm_testc_si128(a0, a1); show("_mm_testc_si128",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); int r=_mm_testnzc_si128(a0, a1); show("_mm_testnzc_si128",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); int r=_mm_test_all_zeros(a0, a1); show("_mm_test_all_zeros",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); int r=_mm_test_mix_ones_zeros(a0, a1); show("_mm_test_mix_ones_zeros",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_test_all_ones(a0); show("_mm_test_all_ones",&r,sizeof r);}
{__m128i z={0,0}, o={-1,-1}; int r[4]={_mm_testz_si128(z,o),_mm_testc_si128(o,z),_mm_test_all_ones(o),_mm_testnzc_si128(o,rI())}; show("tests",r,16); __m128i l=_mm_stream_load_si128((void*)buf); show("stream",&l,16);}
STRINGS(0)
STRINGS(64)
STRINGS(16)
STRINGS(80)
STRINGS(32)
STRINGS(96)
STRINGS(48)
STRINGS(112)
STRINGS(4)
STRINGS(68)
STRINGS(20)
STRINGS(84)
STRINGS(36)
STRINGS(100)
STRINGS(52)
STRINGS(116)
STRINGS(8)
STRINGS(72)
STRINGS(24)
STRINGS(88)
STRINGS(40)
STRINGS(104)
STRINGS(56)
STRINGS(120)
STRINGS(12)
STRINGS(76)
STRINGS(28)
STRINGS(92)
STRINGS(44)
STRINGS(108)
STRINGS(60)
STRINGS(124)
STRINGS(1)
STRINGS(65)
STRINGS(17)
STRINGS(81)
STRINGS(33)
STRINGS(97)
STRINGS(49)
STRINGS(113)
STRINGS(5)
STRINGS(69)
STRINGS(21)
STRINGS(85)
STRINGS(37)
STRINGS(101)
STRINGS(53)
STRINGS(117)
STRINGS(9)
STRINGS(73)
STRINGS(25)
STRINGS(89)
STRINGS(41)
STRINGS(105)
STRINGS(57)
STRINGS(121)
STRINGS(13)
STRINGS(77)
STRINGS(29)
STRINGS(93)
STRINGS(45)
STRINGS(109)
STRINGS(61)
STRINGS(125)
STRINGS(2)
STRINGS(66)
STRINGS(18)
STRINGS(82)
STRINGS(34)
STRINGS(98)
STRINGS(50)
STRINGS(114)
STRINGS(6)
STRINGS(70)
STRINGS(22)
STRINGS(86)
STRINGS(38)
STRINGS(102)
STRINGS(54)
STRINGS(118)
STRINGS(10)
STRINGS(74)
STRINGS(26)
STRINGS(90)
STRINGS(42)
STRINGS(106)
STRINGS(58)
STRINGS(122)
STRINGS(14)
STRINGS(78)
STRINGS(30)
STRINGS(94)
STRINGS(46)
STRINGS(110)
STRINGS(62)
STRINGS(126)
STRINGS(3)
STRINGS(67)
STRINGS(19)
STRINGS(83)
STRINGS(35)
STRINGS(99)
STRINGS(51)
STRINGS(115)
STRINGS(7)
STRINGS(71)
STRINGS(23)
STRINGS(87)
STRINGS(39)
STRINGS(103)
STRINGS(55)
STRINGS(119)
STRINGS(11)
STRINGS(75)
STRINGS(27)
STRINGS(91)
STRINGS(43)
STRINGS(107)
STRINGS(59)
STRINGS(123)
STRINGS(15)
STRINGS(79)
STRINGS(31)
STRINGS(95)
STRINGS(47)
STRINGS(111)
STRINGS(63)
STRINGS(127)
{unsigned c=(unsigned)rnd(); unsigned long long v=rnd(), r[4]={_mm_crc32_u8(c,v),_mm_crc32_u16(c,v),_mm_crc32_u32(c,v),_mm_crc32_u64(c,v)}; show("crc",r,32);}
{unsigned x=(unsigned)rw(),y=(unsigned)rw(),h=0; unsigned r[13]={_tzcnt_u32(x),_lzcnt_u32(x),_andn_u32(x,y),_blsi_u32(x),_blsmsk_u32(x),_blsr_u32(x),_bzhi_u32(x,(unsigned)rnd()%80),_bextr_u32(x,(unsigned)rnd()%70,(unsigned)rnd()%70),_pdep_u32(x,y),_pext_u32(x,y),_mm_popcnt_u32(x),__bextr_u32(x,y)};  show("bits32",r,sizeof r); show("high",&h,sizeof h);}
{unsigned long long x=(unsigned long long)rw(),y=(unsigned long long)rw(),h=0; unsigned long long r[13]={_tzcnt_u64(x),_lzcnt_u64(x),_andn_u64(x,y),_blsi_u64(x),_blsmsk_u64(x),_blsr_u64(x),_bzhi_u64(x,(unsigned)rnd()%80),_bextr_u64(x,(unsigned)rnd()%70,(unsigned)rnd()%70),_pdep_u64(x,y),_pext_u64(x,y),_mm_popcnt_u64(x),__bextr_u64(x,y)}; r[12]=_mulx_u64(x,y,&h); show("bits64",r,sizeof r); show("high",&h,sizeof h);}
{unsigned x=(unsigned)rnd()|1; unsigned long long y=rnd()|1; int n=(int)(rnd()%70); unsigned long long r[]={_bswap(x),_bswap64(y),__bsfd(x),__bsrd(x),__bsfq(y),__bsrq(y),_rotl(x,n),_rotr(x,n),_lrotl(y,n),_lrotr(y,n),__rolb(x,n),__rorb(x,n),_rotwl(x,n),_rotwr(x,n),_popcnt32(x),_popcnt64(y)}; show("words",r,sizeof r);}
{unsigned old=_mm_getcsr(); _MM_SET_ROUNDING_MODE(_MM_ROUND_UP); volatile float x=1,y=3; volatile float r=x/y; _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON); int f=_MM_GET_FLUSH_ZERO_MODE()==_MM_FLUSH_ZERO_ON; _mm_setcsr(old); show("csr",(void*)&r,4); show("flush",&f,4); unsigned i; unsigned long long t0=__rdtsc(); f=t0<=__rdtscp(&i); show("tsc",&f,4);}
}}
