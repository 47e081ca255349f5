// options: -std=gnu17 -Wconversion
// Conversions that lose something, and those that do not.
void values(int i, unsigned u, long l, double d, float f, short s, char c, unsigned char uc) {
    i = l;
    i = u;
    u = i;
    s = i;
    i = d;
    f = d;
    f = i;
    d = l;
    uc = c;
    u = s;
    s += i;
    u = i + u;
    uc = u >> 24;
    uc = i & 0xff;
    s = i / 2;
    c = u ? i : 1;
    c = 200;
    uc = -1;
    f = 0.1;
    i = 1.5;
    f = 16777217;
}
void kept(int i, unsigned u, double d, float f, short s, char c, unsigned char uc, _Bool b) {
    s = s + 1;
    c = c + c;
    uc = uc & 0xf;
    uc = i & 0x7f;
    uc = uc << 1;
    s = -s;
    u = uc;
    u = b;
    d = i;
    d = f;
    f = s;
    f = 1.5;
    f = 16777216;
    i = uc * 3;
    c = 'x';
    u = 7;
    s = i ? 1 : 2;
    i = (int)u;
    uc = i > 3;
    i = s << 2;
}
