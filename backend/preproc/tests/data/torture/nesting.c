/* mcpp style recursions */
#define NIL(xxx) xxx
#define G_0(arg) NIL(G_1)(arg)
#define G_1(arg) NIL(arg)
G_0(42)
#define sub( x, y) (x - y)
#define head sub(
#define math(x,y) x * y
head a,b );
head head a,b ), c );
#define F(a) a
F (
) F(F)(1)
#define CAT( a, b) ( a ## b)
#define ARG( a) a
xx CAT( ARG(1), 2) CAT( x, 3)
#define NEST8 NEST7 + 8
#define NEST7 NEST6 + 7
#define NEST6 7
NEST8
#define AB BA
#define BA AB
AB BA
#define f(a) a + f(a)
f(x) f(f(x))
#define g(a,b) a + g(a,b) , f(b)
g(1,2) g(f(1), g(2,3))
#define h(a,b) a + h(a,b) + g(a,b)
h(1,h(2,3))
#define Z Z[0]
Z f(Z) 
#define BIG BIG1 BIG2
#define BIG1 BIG BIG2
#define BIG2 BIG1 x
BIG
#define math2(op, a, b) op(a,b)
math2(sub, 1, 2) math2(math, (1,2), 3)
#define L1 (
#define X1(x) {x}
X1 L1 2)  F(X1 L1 2)) F(F(X1) L1 2))
#define DEF(x) x
DEF(DEF DEF)(1) DEF(DEF(DEF)(2))(3)
#define S(a) #a
#define XS(a) S(a)
S('"' "\"" '\n' "\0" a   b /* c */ d
e) XS(S(a "b")) XS(S(S(1)))
S(\n) S('\0\\') S("abc\0d" "12\3")
#define EMP
#define P(x) -x
P(-1) P(EMP) -EMP- P(P(1)) x P()P()
+EMP+ EMP<EMP< 1 EMP 2 a EMP b
#define W w W
W W F(W)
#define DUP(x) x x
DUP(DUP(DUP(DUP(a))))
#define o {
#define c }
#define BLK(x) o x c
BLK(1) BLK(BLK(2))
#define LP() (
#define TST LP
TST LP() LP F(LP)() F(LP())
#define hh(x) x hh
hh(1)(2)(3)
#define ii(x) x ii2
#define ii2(x) x ii
ii(1)(2)(3)(4)(5)
#define jj jj1
#define jj1 jj2
#define jj2(x) jj(x)
jj(1)(2)
jj(jj(3))
#define fn() fn2
#define fn2() fn
fn()()()()()
#define ka(x) kb(x
#define kb(x) ka(x
ka(1))2)3) kb(4))5)
#define na nb
#define nb(x) <x na>
na(na)(nb)(1) nb(na(1))
#define va(a,...) a:__VA_ARGS__;
va(1) va() va(,) va(1,2,3) va((1,2),(3,4)) va(na,na(1),na)
#define vb(...) va(__VA_ARGS__)
vb() vb(1) vb(1,2) vb(vb(1,2),3)
#define vc(x,...) #x #__VA_ARGS__
vc(a , b,  c ) vc() vc(na, na ) 
#define cc3(x,y) x##y x #y
cc3(na,nb) cc3(,) cc3(1,) cc3(,1) cc3(+,+) cc3(n,a) cc3(n,b(1)) 
#define cc4(x,y) x##y##x
cc4(a,b) cc4(a,) cc4(,a) cc4(1,e)
#define cc5(x) L##x u##x x##1
cc5(a) cc5(8)
#define cc6(x) x ## 1 ## . ## x
cc6(2)
#define cc7 a##b##c##1
cc7
#define cc8(x,y) [x##y] [ x ## y ]
S(cc8(1,2)) XS(cc8(1 2, 3 4)) XS(cc8(, 3 4)) XS(cc8(1 2 ,))
__LINE__ F(__LINE__
__LINE__) F(
) __LINE__
#define LN __LINE__
LN F(LN) F(
LN
)
S(__LINE__) XS(__LINE__) XS(LN)
#define UN(x,y) a/x/b  y
UN(/,*) UN(=,) UN(,/)
#define ifx if
#define defx defined
#if ifx == 0 && defx(defx) && defined defx && !defined(qqq) && defined( ifx )
yes1
#endif
#if 0x10u == 16 && 010 == 8 && 'a' < 'b' && 'ab' == 0x6162 && L'\xff' == 255 && '\xff' == -1 && 1'000 
#endif
#if (2 || 1/0) && !(0 && 1/0) && (1 ? 1 : 1/0) && -1 > 1u && (-1)/2 == 0 && -7 % 3 == -1 && ~0 == -1 && (1, 2) == 2 && 3 - 2 - 1 == 0 && 1 << 2 + 1 == 8 && (1 | 2 ^ 3 & 4) == 3
yes2
#endif
#if -9223372036854775807 - 1 < 0 && 18446744073709551615u > 0 && 0xffffffffffffffff > 0 && 1 == 1L && 1 ==1uLL && 0x7fffffffffffffff * 2 == -2
yes3
#endif
