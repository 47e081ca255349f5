[[nodiscard]] int must_look(void);
int values(int a, int b) {
    a == b;
    a + values(1, 2);
    must_look();
    (void)(a == b);
    (void)must_look();
    b ? a++ : b++;
    return a;
}
void nothing(void);
void calls(void) { (void)nothing(); (int)values(1, 2); }
