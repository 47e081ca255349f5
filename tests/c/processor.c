// What the processor has, as the compiler's builtin says it.
#include <stdio.h>

#define TELL(feature) printf("%s %d\n", feature, __builtin_cpu_supports(feature) != 0)

int main(void) {
    __builtin_cpu_init();
    TELL("cmov"); TELL("mmx"); TELL("popcnt"); TELL("sse"); TELL("sse2"); TELL("sse3");
    TELL("ssse3"); TELL("sse4.1"); TELL("sse4.2"); TELL("avx"); TELL("avx2"); TELL("fma");
    TELL("bmi"); TELL("bmi2"); TELL("aes"); TELL("pclmul"); TELL("avx512f"); TELL("avx512bw");
    TELL("xop"); TELL("fma4"); TELL("sse4a"); TELL("gfni"); TELL("avx512vbmi2");
    return 0;
}
