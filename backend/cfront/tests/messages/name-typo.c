int main(void) { int count = 0; cuont++; cuont++; return count; }
