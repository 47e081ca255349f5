// The random mutator: as many steps as the environment says, for a few seeds.
//= equal
#include "mutator.h"

int main(void) {
    const char *asked = getenv("TINE_HEAP_STEPS");
    unsigned long n = asked ? strtoul(asked, 0, 10) : 60000;
    int equal = 1;
    for (int seed = 1; seed <= 3 && equal; seed++) equal = start(seed) && steps(n / 3);
    puts(equal ? "equal" : "different");
}
