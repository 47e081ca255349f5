_Static_assert(sizeof(int) == 8, "int is small");
_Alignas(3) int q; typedef int V __attribute__((vector_size(12))); int bogus __attribute__((frobnicate));
struct __attribute__((scalar_storage_order("big-endian"))) be { int x; };
int [[nodiscard]] of_a_type(void);
void of_a_function_type(void) [[noreturn]];
[[deprecated]];
void in_statements(int n) {
    [[deprecated]] n = 1;
    [[fallthrough]];
    switch (n) { case 1: [[fallthrough]]; case 2: [[maybe_unused]] label: ; }
}
