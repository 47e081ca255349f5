#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
void quiet(void) { int a; }
#pragma GCC diagnostic pop
void loud(void) { int b; }
#pragma GCC diagnostic error "-Wunused-variable"
void strict(void) { int c; }
#pragma GCC diagnostic ignored "-Wunusd-variable"
#pragma GCC diagnostic silence "-Wformat"
