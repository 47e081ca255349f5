/* What programs find in the compiler's own headers; ends well or stops at an assertion. */
#include <assert.h>
#include <cpuid.h>
#include <float.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbit.h>
#include <stdckdint.h>
#include <stdint.h>
#include <tgmath.h>

static void atomics(void) {
    atomic_int a = 3;
    int expected = 1;
    atomic_flag flag = ATOMIC_FLAG_INIT;
    assert(atomic_fetch_add(&a, 4) == 3 && atomic_load(&a) == 7);
    atomic_store(&a, 1);
    assert(atomic_compare_exchange_strong(&a, &expected, 9) && atomic_exchange(&a, 5) == 9);
    assert(!atomic_compare_exchange_strong(&a, &expected, 9) && expected == 5);
    assert(!atomic_flag_test_and_set(&flag) && atomic_flag_test_and_set(&flag));
}

static void bits(void) {
    int r;
    assert(ckd_add(&r, INT_MAX, 1) && !ckd_add(&r, 1, 2) && r == 3 && ckd_mul(&r, INT_MAX, 2));
    assert(stdc_leading_zeros((unsigned char)1) == 7 && stdc_leading_zeros(0ull) == 64);
    assert(stdc_bit_ceil(5u) == 8 && stdc_bit_floor(5u) == 4 && stdc_bit_width(8ull) == 4);
    assert(stdc_bit_ceil((unsigned char)1) == 1 && stdc_bit_ceil(0x80000000u) == 0x80000000u);
    assert(stdc_trailing_ones((unsigned short)7) == 3 && stdc_first_trailing_one(8u) == 4);
    assert(stdc_leading_ones((unsigned short)0xc000) == 2 && stdc_first_leading_zero(~0u) == 0);
    assert(stdc_count_zeros((unsigned char)3) == 6 && stdc_has_single_bit(16ul));
}

static void generic_math(void) {
    float x = 2;
    assert(sizeof(sqrt(x)) == 4 && sizeof(sqrt(2)) == 8 && sizeof(pow(2, 2.0f)) == 8);
    assert(sizeof(fabs(1.0L)) == 16 && sizeof(sqrt((float _Complex)1)) == 8);
    assert(sizeof(fabs((double _Complex)1)) == 8 && sizeof(fma(1.f, 2.f, 3.f)) == 4);
    assert(sizeof(creal(1.0f)) == 4 && sqrt(4.0f) == 2 && pow(2, 10) == 1024);
}

int main(void) {
    unsigned int a, b, c, d;
    atomics();
    bits();
    generic_math();
    assert(__get_cpuid(1, &a, &b, &c, &d) && (d & bit_SSE2));
    assert(CHAR_BIT == 8 && LLONG_MAX == INT64_MAX && DBL_DIG == 15 && LDBL_MANT_DIG == 64);
    return 0;
}
