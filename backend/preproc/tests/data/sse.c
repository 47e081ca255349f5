/* Every SSE and SSE2 function on random values, results as bytes: the same with any compiler's
   headers. Comparisons that set flags get no NaN, of which compilers differ in what they say. */
#include <emmintrin.h>
#include "vectors.h"
int main(void){ for(int t=0;t<60;t++){ for(int i=0;i<64;i+=8){uint64_t r=rnd();memcpy(buf+i,&r,8);} float ff[8]; 

{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_add_ps(a0, a1); show("_mm_add_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_add_ss(a0, a1); show("_mm_add_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_sub_ps(a0, a1); show("_mm_sub_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_sub_ss(a0, a1); show("_mm_sub_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_mul_ps(a0, a1); show("_mm_mul_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_mul_ss(a0, a1); show("_mm_mul_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_div_ps(a0, a1); show("_mm_div_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_div_ss(a0, a1); show("_mm_div_ss",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_sqrt_ps(a0); show("_mm_sqrt_ps",&r,sizeof r);}
{__m128 a0=rM(); __m128 r=_mm_sqrt_ss(a0); show("_mm_sqrt_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_min_ps(a0, a1); show("_mm_min_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_min_ss(a0, a1); show("_mm_min_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_max_ps(a0, a1); show("_mm_max_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_max_ss(a0, a1); show("_mm_max_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_and_ps(a0, a1); show("_mm_and_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_andnot_ps(a0, a1); show("_mm_andnot_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_or_ps(a0, a1); show("_mm_or_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_xor_ps(a0, a1); show("_mm_xor_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpeq_ps(a0, a1); show("_mm_cmpeq_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpeq_ss(a0, a1); show("_mm_cmpeq_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmplt_ps(a0, a1); show("_mm_cmplt_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmplt_ss(a0, a1); show("_mm_cmplt_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmple_ps(a0, a1); show("_mm_cmple_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmple_ss(a0, a1); show("_mm_cmple_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpgt_ps(a0, a1); show("_mm_cmpgt_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpgt_ss(a0, a1); show("_mm_cmpgt_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpge_ps(a0, a1); show("_mm_cmpge_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpge_ss(a0, a1); show("_mm_cmpge_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpneq_ps(a0, a1); show("_mm_cmpneq_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpneq_ss(a0, a1); show("_mm_cmpneq_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpnlt_ps(a0, a1); show("_mm_cmpnlt_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpnlt_ss(a0, a1); show("_mm_cmpnlt_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpnle_ps(a0, a1); show("_mm_cmpnle_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpnle_ss(a0, a1); show("_mm_cmpnle_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpngt_ps(a0, a1); show("_mm_cmpngt_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpngt_ss(a0, a1); show("_mm_cmpngt_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpnge_ps(a0, a1); show("_mm_cmpnge_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpnge_ss(a0, a1); show("_mm_cmpnge_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpord_ps(a0, a1); show("_mm_cmpord_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpord_ss(a0, a1); show("_mm_cmpord_ss",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpunord_ps(a0, a1); show("_mm_cmpunord_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_cmpunord_ss(a0, a1); show("_mm_cmpunord_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_comieq_ss(a0, a1); show("_mm_comieq_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_ucomieq_ss(a0, a1); show("_mm_ucomieq_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_comilt_ss(a0, a1); show("_mm_comilt_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_ucomilt_ss(a0, a1); show("_mm_ucomilt_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_comile_ss(a0, a1); show("_mm_comile_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_ucomile_ss(a0, a1); show("_mm_ucomile_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_comigt_ss(a0, a1); show("_mm_comigt_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_ucomigt_ss(a0, a1); show("_mm_ucomigt_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_comige_ss(a0, a1); show("_mm_comige_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_ucomige_ss(a0, a1); show("_mm_ucomige_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_comineq_ss(a0, a1); show("_mm_comineq_ss",&r,sizeof r);}
{__m128 a0=rMo();__m128 a1=rMo(); int r=_mm_ucomineq_ss(a0, a1); show("_mm_ucomineq_ss",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_cvtss_si32(a0); show("_mm_cvtss_si32",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_cvt_ss2si(a0); show("_mm_cvt_ss2si",&r,sizeof r);}
{__m128 a0=rM(); long long r=_mm_cvtss_si64(a0); show("_mm_cvtss_si64",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_cvttss_si32(a0); show("_mm_cvttss_si32",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_cvtt_ss2si(a0); show("_mm_cvtt_ss2si",&r,sizeof r);}
{__m128 a0=rM(); long long r=_mm_cvttss_si64(a0); show("_mm_cvttss_si64",&r,sizeof r);}
{__m128 a0=rM();int a1=(int)rnd(); __m128 r=_mm_cvtsi32_ss(a0, a1); show("_mm_cvtsi32_ss",&r,sizeof r);}
{__m128 a0=rM();int a1=(int)rnd(); __m128 r=_mm_cvt_si2ss(a0, a1); show("_mm_cvt_si2ss",&r,sizeof r);}
{__m128 a0=rM();long long a1=(long long)rnd(); __m128 r=_mm_cvtsi64_ss(a0, a1); show("_mm_cvtsi64_ss",&r,sizeof r);}
{__m128 a0=rM(); float r=_mm_cvtss_f32(a0); show("_mm_cvtss_f32",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_shuffle_ps(a0, a1, 0); show("_mm_shuffle_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_shuffle_ps(a0, a1, 27); show("_mm_shuffle_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_shuffle_ps(a0, a1, 78); show("_mm_shuffle_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_shuffle_ps(a0, a1, 5); show("_mm_shuffle_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_shuffle_ps(a0, a1, 177); show("_mm_shuffle_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_unpackhi_ps(a0, a1); show("_mm_unpackhi_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_unpacklo_ps(a0, a1); show("_mm_unpacklo_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_movehl_ps(a0, a1); show("_mm_movehl_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_movelh_ps(a0, a1); show("_mm_movelh_ps",&r,sizeof r);}
{__m128 a0=rM();__m128 a1=rM(); __m128 r=_mm_move_ss(a0, a1); show("_mm_move_ss",&r,sizeof r);}
{__m128 a0=rM(); int r=_mm_movemask_ps(a0); show("_mm_movemask_ps",&r,sizeof r);}
{float a0=rf(); __m128 r=_mm_set_ss(a0); show("_mm_set_ss",&r,sizeof r);}
{float a0=rf(); __m128 r=_mm_set1_ps(a0); show("_mm_set1_ps",&r,sizeof r);}
{float a0=rf(); __m128 r=_mm_set_ps1(a0); show("_mm_set_ps1",&r,sizeof r);}
{float a0=rf();float a1=rf();float a2=rf();float a3=rf(); __m128 r=_mm_set_ps(a0, a1, a2, a3); show("_mm_set_ps",&r,sizeof r);}
{float a0=rf();float a1=rf();float a2=rf();float a3=rf(); __m128 r=_mm_setr_ps(a0, a1, a2, a3); show("_mm_setr_ps",&r,sizeof r);}
{ __m128 r=_mm_setzero_ps(); show("_mm_setzero_ps",&r,sizeof r);}
{ __m128 r=_mm_load_ss((const float *)buf); show("_mm_load_ss",&r,sizeof r);}
{ __m128 r=_mm_load1_ps((const float *)buf); show("_mm_load1_ps",&r,sizeof r);}
{ __m128 r=_mm_load_ps1((const float *)buf); show("_mm_load_ps1",&r,sizeof r);}
{ __m128 r=_mm_load_ps((const float *)buf); show("_mm_load_ps",&r,sizeof r);}
{ __m128 r=_mm_loadu_ps((const float *)buf); show("_mm_loadu_ps",&r,sizeof r);}
{ __m128 r=_mm_loadr_ps((const float *)buf); show("_mm_loadr_ps",&r,sizeof r);}
{__m128 a1=rM(); _mm_store_ss((float *)buf, a1); show("_mm_store_ss",buf,64);}
{__m128 a1=rM(); _mm_store1_ps((float *)buf, a1); show("_mm_store1_ps",buf,64);}
{__m128 a1=rM(); _mm_store_ps1((float *)buf, a1); show("_mm_store_ps1",buf,64);}
{__m128 a1=rM(); _mm_store_ps((float *)buf, a1); show("_mm_store_ps",buf,64);}
{__m128 a1=rM(); _mm_storeu_ps((float *)buf, a1); show("_mm_storeu_ps",buf,64);}
{__m128 a1=rM(); _mm_storer_ps((float *)buf, a1); show("_mm_storer_ps",buf,64);}
{__m128 a1=rM(); _mm_stream_ps((float *)buf, a1); show("_mm_stream_ps",buf,64);}
{__m128 a0=rM(); __m128 r=_mm_loadh_pi(a0, (const __m64 *)buf); show("_mm_loadh_pi",&r,sizeof r);}
{__m128 a1=rM(); _mm_storeh_pi((__m64 *)buf, a1); show("_mm_storeh_pi",buf,64);}
{__m128 a0=rM(); __m128 r=_mm_loadl_pi(a0, (const __m64 *)buf); show("_mm_loadl_pi",&r,sizeof r);}
{__m128 a1=rM(); _mm_storel_pi((__m64 *)buf, a1); show("_mm_storel_pi",buf,64);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_add_pd(a0, a1); show("_mm_add_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_add_sd(a0, a1); show("_mm_add_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_sub_pd(a0, a1); show("_mm_sub_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_sub_sd(a0, a1); show("_mm_sub_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_mul_pd(a0, a1); show("_mm_mul_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_mul_sd(a0, a1); show("_mm_mul_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_div_pd(a0, a1); show("_mm_div_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_div_sd(a0, a1); show("_mm_div_sd",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_sqrt_pd(a0); show("_mm_sqrt_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_sqrt_sd(a0, a1); show("_mm_sqrt_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_min_pd(a0, a1); show("_mm_min_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_min_sd(a0, a1); show("_mm_min_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_max_pd(a0, a1); show("_mm_max_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_max_sd(a0, a1); show("_mm_max_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_and_pd(a0, a1); show("_mm_and_pd",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_and_si128(a0, a1); show("_mm_and_si128",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_andnot_pd(a0, a1); show("_mm_andnot_pd",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_andnot_si128(a0, a1); show("_mm_andnot_si128",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_or_pd(a0, a1); show("_mm_or_pd",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_or_si128(a0, a1); show("_mm_or_si128",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_xor_pd(a0, a1); show("_mm_xor_pd",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_xor_si128(a0, a1); show("_mm_xor_si128",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpeq_pd(a0, a1); show("_mm_cmpeq_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpeq_sd(a0, a1); show("_mm_cmpeq_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmplt_pd(a0, a1); show("_mm_cmplt_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmplt_sd(a0, a1); show("_mm_cmplt_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmple_pd(a0, a1); show("_mm_cmple_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmple_sd(a0, a1); show("_mm_cmple_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpgt_pd(a0, a1); show("_mm_cmpgt_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpgt_sd(a0, a1); show("_mm_cmpgt_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpge_pd(a0, a1); show("_mm_cmpge_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpge_sd(a0, a1); show("_mm_cmpge_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpneq_pd(a0, a1); show("_mm_cmpneq_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpneq_sd(a0, a1); show("_mm_cmpneq_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpnlt_pd(a0, a1); show("_mm_cmpnlt_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpnlt_sd(a0, a1); show("_mm_cmpnlt_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpnle_pd(a0, a1); show("_mm_cmpnle_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpnle_sd(a0, a1); show("_mm_cmpnle_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpngt_pd(a0, a1); show("_mm_cmpngt_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpngt_sd(a0, a1); show("_mm_cmpngt_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpnge_pd(a0, a1); show("_mm_cmpnge_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpnge_sd(a0, a1); show("_mm_cmpnge_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpord_pd(a0, a1); show("_mm_cmpord_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpord_sd(a0, a1); show("_mm_cmpord_sd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpunord_pd(a0, a1); show("_mm_cmpunord_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_cmpunord_sd(a0, a1); show("_mm_cmpunord_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_comieq_sd(a0, a1); show("_mm_comieq_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_ucomieq_sd(a0, a1); show("_mm_ucomieq_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_comilt_sd(a0, a1); show("_mm_comilt_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_ucomilt_sd(a0, a1); show("_mm_ucomilt_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_comile_sd(a0, a1); show("_mm_comile_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_ucomile_sd(a0, a1); show("_mm_ucomile_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_comigt_sd(a0, a1); show("_mm_comigt_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_ucomigt_sd(a0, a1); show("_mm_ucomigt_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_comige_sd(a0, a1); show("_mm_comige_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_ucomige_sd(a0, a1); show("_mm_ucomige_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_comineq_sd(a0, a1); show("_mm_comineq_sd",&r,sizeof r);}
{__m128d a0=rDo();__m128d a1=rDo(); int r=_mm_ucomineq_sd(a0, a1); show("_mm_ucomineq_sd",&r,sizeof r);}
{__m128i a0=rI(); __m128d r=_mm_cvtepi32_pd(a0); show("_mm_cvtepi32_pd",&r,sizeof r);}
{__m128i a0=rI(); __m128 r=_mm_cvtepi32_ps(a0); show("_mm_cvtepi32_ps",&r,sizeof r);}
{__m128d a0=rD(); __m128i r=_mm_cvtpd_epi32(a0); show("_mm_cvtpd_epi32",&r,sizeof r);}
{__m128 a0=rM(); __m128i r=_mm_cvtps_epi32(a0); show("_mm_cvtps_epi32",&r,sizeof r);}
{__m128d a0=rD(); int r=_mm_cvtsd_si32(a0); show("_mm_cvtsd_si32",&r,sizeof r);}
{__m128d a0=rD(); long long r=_mm_cvtsd_si64(a0); show("_mm_cvtsd_si64",&r,sizeof r);}
{__m128d a0=rD(); long long r=_mm_cvtsd_si64x(a0); show("_mm_cvtsd_si64x",&r,sizeof r);}
{__m128d a0=rD(); __m128i r=_mm_cvttpd_epi32(a0); show("_mm_cvttpd_epi32",&r,sizeof r);}
{__m128 a0=rM(); __m128i r=_mm_cvttps_epi32(a0); show("_mm_cvttps_epi32",&r,sizeof r);}
{__m128d a0=rD(); int r=_mm_cvttsd_si32(a0); show("_mm_cvttsd_si32",&r,sizeof r);}
{__m128d a0=rD(); long long r=_mm_cvttsd_si64(a0); show("_mm_cvttsd_si64",&r,sizeof r);}
{__m128d a0=rD(); long long r=_mm_cvttsd_si64x(a0); show("_mm_cvttsd_si64x",&r,sizeof r);}
{__m128d a0=rD(); __m128 r=_mm_cvtpd_ps(a0); show("_mm_cvtpd_ps",&r,sizeof r);}
{__m128 a0=rM(); __m128d r=_mm_cvtps_pd(a0); show("_mm_cvtps_pd",&r,sizeof r);}
{__m128 a0=rM();__m128d a1=rD(); __m128 r=_mm_cvtsd_ss(a0, a1); show("_mm_cvtsd_ss",&r,sizeof r);}
{__m128d a0=rD();__m128 a1=rM(); __m128d r=_mm_cvtss_sd(a0, a1); show("_mm_cvtss_sd",&r,sizeof r);}
{__m128d a0=rD();int a1=(int)rnd(); __m128d r=_mm_cvtsi32_sd(a0, a1); show("_mm_cvtsi32_sd",&r,sizeof r);}
{__m128d a0=rD();long long a1=(long long)rnd(); __m128d r=_mm_cvtsi64_sd(a0, a1); show("_mm_cvtsi64_sd",&r,sizeof r);}
{__m128d a0=rD();long long a1=(long long)rnd(); __m128d r=_mm_cvtsi64x_sd(a0, a1); show("_mm_cvtsi64x_sd",&r,sizeof r);}
{__m128d a0=rD(); double r=_mm_cvtsd_f64(a0); show("_mm_cvtsd_f64",&r,sizeof r);}
{int a0=(int)rnd(); __m128i r=_mm_cvtsi32_si128(a0); show("_mm_cvtsi32_si128",&r,sizeof r);}
{long long a0=(long long)rnd(); __m128i r=_mm_cvtsi64_si128(a0); show("_mm_cvtsi64_si128",&r,sizeof r);}
{long long a0=(long long)rnd(); __m128i r=_mm_cvtsi64x_si128(a0); show("_mm_cvtsi64x_si128",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_cvtsi128_si32(a0); show("_mm_cvtsi128_si32",&r,sizeof r);}
{__m128i a0=rI(); long long r=_mm_cvtsi128_si64(a0); show("_mm_cvtsi128_si64",&r,sizeof r);}
{__m128i a0=rI(); long long r=_mm_cvtsi128_si64x(a0); show("_mm_cvtsi128_si64x",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_shuffle_pd(a0, a1, 0); show("_mm_shuffle_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_shuffle_pd(a0, a1, 1); show("_mm_shuffle_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_shuffle_pd(a0, a1, 0); show("_mm_shuffle_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_shuffle_pd(a0, a1, 1); show("_mm_shuffle_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_shuffle_pd(a0, a1, 1); show("_mm_shuffle_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_unpackhi_pd(a0, a1); show("_mm_unpackhi_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_unpacklo_pd(a0, a1); show("_mm_unpacklo_pd",&r,sizeof r);}
{__m128d a0=rD();__m128d a1=rD(); __m128d r=_mm_move_sd(a0, a1); show("_mm_move_sd",&r,sizeof r);}
{__m128d a0=rD(); int r=_mm_movemask_pd(a0); show("_mm_movemask_pd",&r,sizeof r);}
{double a0=rd(); __m128d r=_mm_set_sd(a0); show("_mm_set_sd",&r,sizeof r);}
{double a0=rd(); __m128d r=_mm_set1_pd(a0); show("_mm_set1_pd",&r,sizeof r);}
{double a0=rd(); __m128d r=_mm_set_pd1(a0); show("_mm_set_pd1",&r,sizeof r);}
{double a0=rd();double a1=rd(); __m128d r=_mm_set_pd(a0, a1); show("_mm_set_pd",&r,sizeof r);}
{double a0=rd();double a1=rd(); __m128d r=_mm_setr_pd(a0, a1); show("_mm_setr_pd",&r,sizeof r);}
{ __m128d r=_mm_setzero_pd(); show("_mm_setzero_pd",&r,sizeof r);}
{ __m128d r=_mm_load_pd((const double *)buf); show("_mm_load_pd",&r,sizeof r);}
{ __m128d r=_mm_loadu_pd((const double *)buf); show("_mm_loadu_pd",&r,sizeof r);}
{ __m128d r=_mm_load1_pd((const double *)buf); show("_mm_load1_pd",&r,sizeof r);}
{ __m128d r=_mm_load_pd1((const double *)buf); show("_mm_load_pd1",&r,sizeof r);}
{ __m128d r=_mm_loadr_pd((const double *)buf); show("_mm_loadr_pd",&r,sizeof r);}
{ __m128d r=_mm_load_sd((const double *)buf); show("_mm_load_sd",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_loadh_pd(a0, (const double *)buf); show("_mm_loadh_pd",&r,sizeof r);}
{__m128d a0=rD(); __m128d r=_mm_loadl_pd(a0, (const double *)buf); show("_mm_loadl_pd",&r,sizeof r);}
{__m128d a1=rD(); _mm_store_pd((double *)buf, a1); show("_mm_store_pd",buf,64);}
{__m128d a1=rD(); _mm_storeu_pd((double *)buf, a1); show("_mm_storeu_pd",buf,64);}
{__m128d a1=rD(); _mm_store_sd((double *)buf, a1); show("_mm_store_sd",buf,64);}
{__m128d a1=rD(); _mm_storel_pd((double *)buf, a1); show("_mm_storel_pd",buf,64);}
{__m128d a1=rD(); _mm_storeh_pd((double *)buf, a1); show("_mm_storeh_pd",buf,64);}
{__m128d a1=rD(); _mm_store1_pd((double *)buf, a1); show("_mm_store1_pd",buf,64);}
{__m128d a1=rD(); _mm_store_pd1((double *)buf, a1); show("_mm_store_pd1",buf,64);}
{__m128d a1=rD(); _mm_storer_pd((double *)buf, a1); show("_mm_storer_pd",buf,64);}
{__m128d a1=rD(); _mm_stream_pd((double *)buf, a1); show("_mm_stream_pd",buf,64);}
{__m128 a0=rM(); __m128d r=_mm_castps_pd(a0); show("_mm_castps_pd",&r,sizeof r);}
{__m128 a0=rM(); __m128i r=_mm_castps_si128(a0); show("_mm_castps_si128",&r,sizeof r);}
{__m128d a0=rD(); __m128 r=_mm_castpd_ps(a0); show("_mm_castpd_ps",&r,sizeof r);}
{__m128d a0=rD(); __m128i r=_mm_castpd_si128(a0); show("_mm_castpd_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128 r=_mm_castsi128_ps(a0); show("_mm_castsi128_ps",&r,sizeof r);}
{__m128i a0=rI(); __m128d r=_mm_castsi128_pd(a0); show("_mm_castsi128_pd",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_add_epi8(a0, a1); show("_mm_add_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_add_epi16(a0, a1); show("_mm_add_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_add_epi32(a0, a1); show("_mm_add_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_add_epi64(a0, a1); show("_mm_add_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_adds_epi8(a0, a1); show("_mm_adds_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_adds_epu8(a0, a1); show("_mm_adds_epu8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_adds_epi16(a0, a1); show("_mm_adds_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_adds_epu16(a0, a1); show("_mm_adds_epu16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sub_epi8(a0, a1); show("_mm_sub_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sub_epi16(a0, a1); show("_mm_sub_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sub_epi32(a0, a1); show("_mm_sub_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sub_epi64(a0, a1); show("_mm_sub_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_subs_epi8(a0, a1); show("_mm_subs_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_subs_epu8(a0, a1); show("_mm_subs_epu8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_subs_epi16(a0, a1); show("_mm_subs_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_subs_epu16(a0, a1); show("_mm_subs_epu16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mullo_epi16(a0, a1); show("_mm_mullo_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mulhi_epi16(a0, a1); show("_mm_mulhi_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mulhi_epu16(a0, a1); show("_mm_mulhi_epu16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_mul_epu32(a0, a1); show("_mm_mul_epu32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_madd_epi16(a0, a1); show("_mm_madd_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_sad_epu8(a0, a1); show("_mm_sad_epu8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_avg_epu8(a0, a1); show("_mm_avg_epu8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_avg_epu16(a0, a1); show("_mm_avg_epu16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_min_epi16(a0, a1); show("_mm_min_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_max_epi16(a0, a1); show("_mm_max_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_min_epu8(a0, a1); show("_mm_min_epu8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_max_epu8(a0, a1); show("_mm_max_epu8",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_slli_epi16(a0, n1); show("_mm_slli_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_sll_epi16(a0, n1); show("_mm_sll_epi16",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_srli_epi16(a0, n1); show("_mm_srli_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_srl_epi16(a0, n1); show("_mm_srl_epi16",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_slli_epi32(a0, n1); show("_mm_slli_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_sll_epi32(a0, n1); show("_mm_sll_epi32",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_srli_epi32(a0, n1); show("_mm_srli_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_srl_epi32(a0, n1); show("_mm_srl_epi32",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_slli_epi64(a0, n1); show("_mm_slli_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_sll_epi64(a0, n1); show("_mm_sll_epi64",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_srli_epi64(a0, n1); show("_mm_srli_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_srl_epi64(a0, n1); show("_mm_srl_epi64",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_srai_epi16(a0, n1); show("_mm_srai_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_sra_epi16(a0, n1); show("_mm_sra_epi16",&r,sizeof r);}
{__m128i a0=rI();int n1=rnd()%80; __m128i r=_mm_srai_epi32(a0, n1); show("_mm_srai_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i n1={rnd()%80,rnd()}; __m128i r=_mm_sra_epi32(a0, n1); show("_mm_sra_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_slli_si128(a0, 0); show("_mm_slli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_slli_si128(a0, 27); show("_mm_slli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_slli_si128(a0, 78); show("_mm_slli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_slli_si128(a0, 5); show("_mm_slli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_slli_si128(a0, 177); show("_mm_slli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bslli_si128(a0, 0); show("_mm_bslli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bslli_si128(a0, 27); show("_mm_bslli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bslli_si128(a0, 78); show("_mm_bslli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bslli_si128(a0, 5); show("_mm_bslli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bslli_si128(a0, 177); show("_mm_bslli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_srli_si128(a0, 0); show("_mm_srli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_srli_si128(a0, 27); show("_mm_srli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_srli_si128(a0, 78); show("_mm_srli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_srli_si128(a0, 5); show("_mm_srli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_srli_si128(a0, 177); show("_mm_srli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bsrli_si128(a0, 0); show("_mm_bsrli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bsrli_si128(a0, 27); show("_mm_bsrli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bsrli_si128(a0, 78); show("_mm_bsrli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bsrli_si128(a0, 5); show("_mm_bsrli_si128",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_bsrli_si128(a0, 177); show("_mm_bsrli_si128",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpeq_epi8(a0, a1); show("_mm_cmpeq_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpgt_epi8(a0, a1); show("_mm_cmpgt_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmplt_epi8(a0, a1); show("_mm_cmplt_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpeq_epi16(a0, a1); show("_mm_cmpeq_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpgt_epi16(a0, a1); show("_mm_cmpgt_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmplt_epi16(a0, a1); show("_mm_cmplt_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpeq_epi32(a0, a1); show("_mm_cmpeq_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmpgt_epi32(a0, a1); show("_mm_cmpgt_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_cmplt_epi32(a0, a1); show("_mm_cmplt_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_packs_epi16(a0, a1); show("_mm_packs_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_packus_epi16(a0, a1); show("_mm_packus_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_packs_epi32(a0, a1); show("_mm_packs_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpacklo_epi8(a0, a1); show("_mm_unpacklo_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpackhi_epi8(a0, a1); show("_mm_unpackhi_epi8",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpacklo_epi16(a0, a1); show("_mm_unpacklo_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpackhi_epi16(a0, a1); show("_mm_unpackhi_epi16",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpacklo_epi32(a0, a1); show("_mm_unpacklo_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpackhi_epi32(a0, a1); show("_mm_unpackhi_epi32",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpacklo_epi64(a0, a1); show("_mm_unpacklo_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); __m128i r=_mm_unpackhi_epi64(a0, a1); show("_mm_unpackhi_epi64",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi16(a0, 0); show("_mm_extract_epi16",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi16(a0, 3); show("_mm_extract_epi16",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi16(a0, 6); show("_mm_extract_epi16",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi16(a0, 5); show("_mm_extract_epi16",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_extract_epi16(a0, 1); show("_mm_extract_epi16",&r,sizeof r);}
{__m128i a0=rI();int a1=(int)rnd(); __m128i r=_mm_insert_epi16(a0, a1, 0); show("_mm_insert_epi16",&r,sizeof r);}
{__m128i a0=rI();int a1=(int)rnd(); __m128i r=_mm_insert_epi16(a0, a1, 3); show("_mm_insert_epi16",&r,sizeof r);}
{__m128i a0=rI();int a1=(int)rnd(); __m128i r=_mm_insert_epi16(a0, a1, 6); show("_mm_insert_epi16",&r,sizeof r);}
{__m128i a0=rI();int a1=(int)rnd(); __m128i r=_mm_insert_epi16(a0, a1, 5); show("_mm_insert_epi16",&r,sizeof r);}
{__m128i a0=rI();int a1=(int)rnd(); __m128i r=_mm_insert_epi16(a0, a1, 1); show("_mm_insert_epi16",&r,sizeof r);}
{__m128i a0=rI(); int r=_mm_movemask_epi8(a0); show("_mm_movemask_epi8",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shuffle_epi32(a0, 0); show("_mm_shuffle_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shuffle_epi32(a0, 27); show("_mm_shuffle_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shuffle_epi32(a0, 78); show("_mm_shuffle_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shuffle_epi32(a0, 5); show("_mm_shuffle_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shuffle_epi32(a0, 177); show("_mm_shuffle_epi32",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflehi_epi16(a0, 0); show("_mm_shufflehi_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflehi_epi16(a0, 27); show("_mm_shufflehi_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflehi_epi16(a0, 78); show("_mm_shufflehi_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflehi_epi16(a0, 5); show("_mm_shufflehi_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflehi_epi16(a0, 177); show("_mm_shufflehi_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflelo_epi16(a0, 0); show("_mm_shufflelo_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflelo_epi16(a0, 27); show("_mm_shufflelo_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflelo_epi16(a0, 78); show("_mm_shufflelo_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflelo_epi16(a0, 5); show("_mm_shufflelo_epi16",&r,sizeof r);}
{__m128i a0=rI(); __m128i r=_mm_shufflelo_epi16(a0, 177); show("_mm_shufflelo_epi16",&r,sizeof r);}
{ __m128i r=_mm_setzero_si128(); show("_mm_setzero_si128",&r,sizeof r);}
{long long a0=(long long)rnd();long long a1=(long long)rnd(); __m128i r=_mm_set_epi64x(a0, a1); show("_mm_set_epi64x",&r,sizeof r);}
{long long a0=(long long)rnd(); __m128i r=_mm_set1_epi64x(a0); show("_mm_set1_epi64x",&r,sizeof r);}
{int a0=(int)rnd();int a1=(int)rnd();int a2=(int)rnd();int a3=(int)rnd(); __m128i r=_mm_set_epi32(a0, a1, a2, a3); show("_mm_set_epi32",&r,sizeof r);}
{int a0=(int)rnd();int a1=(int)rnd();int a2=(int)rnd();int a3=(int)rnd(); __m128i r=_mm_setr_epi32(a0, a1, a2, a3); show("_mm_setr_epi32",&r,sizeof r);}
{int a0=(int)rnd(); __m128i r=_mm_set1_epi32(a0); show("_mm_set1_epi32",&r,sizeof r);}
{short a0=(short)rnd();short a1=(short)rnd();short a2=(short)rnd();short a3=(short)rnd();short a4=(short)rnd();short a5=(short)rnd();short a6=(short)rnd();short a7=(short)rnd(); __m128i r=_mm_set_epi16(a0, a1, a2, a3, a4, a5, a6, a7); show("_mm_set_epi16",&r,sizeof r);}
{short a0=(short)rnd();short a1=(short)rnd();short a2=(short)rnd();short a3=(short)rnd();short a4=(short)rnd();short a5=(short)rnd();short a6=(short)rnd();short a7=(short)rnd(); __m128i r=_mm_setr_epi16(a0, a1, a2, a3, a4, a5, a6, a7); show("_mm_setr_epi16",&r,sizeof r);}
{short a0=(short)rnd(); __m128i r=_mm_set1_epi16(a0); show("_mm_set1_epi16",&r,sizeof r);}
{char a0=(char)rnd();char a1=(char)rnd();char a2=(char)rnd();char a3=(char)rnd();char a4=(char)rnd();char a5=(char)rnd();char a6=(char)rnd();char a7=(char)rnd();char a8=(char)rnd();char a9=(char)rnd();char a10=(char)rnd();char a11=(char)rnd();char a12=(char)rnd();char a13=(char)rnd();char a14=(char)rnd();char a15=(char)rnd(); __m128i r=_mm_set_epi8(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15); show("_mm_set_epi8",&r,sizeof r);}
{char a0=(char)rnd();char a1=(char)rnd();char a2=(char)rnd();char a3=(char)rnd();char a4=(char)rnd();char a5=(char)rnd();char a6=(char)rnd();char a7=(char)rnd();char a8=(char)rnd();char a9=(char)rnd();char a10=(char)rnd();char a11=(char)rnd();char a12=(char)rnd();char a13=(char)rnd();char a14=(char)rnd();char a15=(char)rnd(); __m128i r=_mm_setr_epi8(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15); show("_mm_setr_epi8",&r,sizeof r);}
{char a0=(char)rnd(); __m128i r=_mm_set1_epi8(a0); show("_mm_set1_epi8",&r,sizeof r);}
{ __m128i r=_mm_load_si128((const __m128i *)buf); show("_mm_load_si128",&r,sizeof r);}
{ __m128i r=_mm_loadu_si128((const __m128i_u *)buf); show("_mm_loadu_si128",&r,sizeof r);}
{ __m128i r=_mm_loadl_epi64((const __m128i_u *)buf); show("_mm_loadl_epi64",&r,sizeof r);}
{ __m128i r=_mm_loadu_si16((const void *)buf); show("_mm_loadu_si16",&r,sizeof r);}
{__m128i a1=rI(); _mm_storeu_si16((void *)buf, a1); show("_mm_storeu_si16",buf,64);}
{ __m128i r=_mm_loadu_si32((const void *)buf); show("_mm_loadu_si32",&r,sizeof r);}
{__m128i a1=rI(); _mm_storeu_si32((void *)buf, a1); show("_mm_storeu_si32",buf,64);}
{ __m128i r=_mm_loadu_si64((const void *)buf); show("_mm_loadu_si64",&r,sizeof r);}
{__m128i a1=rI(); _mm_storeu_si64((void *)buf, a1); show("_mm_storeu_si64",buf,64);}
{__m128i a1=rI(); _mm_store_si128((__m128i *)buf, a1); show("_mm_store_si128",buf,64);}
{__m128i a1=rI(); _mm_storeu_si128((__m128i_u *)buf, a1); show("_mm_storeu_si128",buf,64);}
{__m128i a1=rI(); _mm_storel_epi64((__m128i_u *)buf, a1); show("_mm_storel_epi64",buf,64);}
{__m128i a1=rI(); _mm_stream_si128((__m128i *)buf, a1); show("_mm_stream_si128",buf,64);}
{int a1=(int)rnd(); _mm_stream_si32((int *)buf, a1); show("_mm_stream_si32",buf,64);}
{long long a1=(long long)rnd(); _mm_stream_si64((long long *)buf, a1); show("_mm_stream_si64",buf,64);}
{__m128i a0=rI(); __m128i r=_mm_move_epi64(a0); show("_mm_move_epi64",&r,sizeof r);}
{__m128i a0=rI();__m128i a1=rI(); _mm_maskmoveu_si128(a0, a1, (char *)buf); show("_mm_maskmoveu_si128",buf,64);}
}}