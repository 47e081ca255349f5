int main(void) { prinft("x"); return strlne("abc") + add(1, 2) + mxlloc(3); }
