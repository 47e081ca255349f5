#define str(x) #x
#define xstr(x) str(x)
#define EMPTY
#define LPAREN (
#define RPAREN )
#define F(x, y) x + y
#define ELLIP_FUNC(...) __VA_ARGS__
ELLIP_FUNC(F, LPAREN, 'a', 'b', RPAREN);
#define NIL(xxx) xxx
#define G_0(arg) NIL(G_1)(arg)
#define G_1(arg) NIL(arg)
G_0(42)
#define f(a) a*g
#define g(a) f(a)
f(2)(9)
f(2)(9)(10)(11)
#define AA BB
#define BB AA
AA BB
#define foo() bar
foo()
foo ()
foo
()
foo ;
#define cat(a,b) a##b
#define xcat(a,b) cat(a,b)
cat(,) cat(a,) cat(,b) cat(1,2) cat(x,1) xcat(cat(1,2),3) 
cat(.,1) cat(-,>) cat(<<,=) cat(L,'a') cat(L,"s") cat(u8,"x") cat(%:,%:) cat(#,#)
#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
char p[] = join(x, y);
#define debug(...) fprintf(stderr, __VA_ARGS__)
#define showlist(...) puts(#__VA_ARGS__)
#define report(test, ...) ((test)?puts(#test): printf(__VA_ARGS__))
debug("Flag"); debug("X = %d\n", x); showlist(The first, second, and third items.); report(x>y, "x is %d but y is %d", x, y);
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"
glue(HIGH, LOW);
xglue(HIGH, LOW)
#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,), t(10,,), t(,11,), t(,,12), t(,,) };
#define e1(fmt, ...) p(fmt, ##__VA_ARGS__)
#define e2(fmt, args...) p(fmt, ##args)
#define e3(...) p(x, ##__VA_ARGS__)
#define e4(args...) p(x , ## args)
e1("a") e1("a",) e1("a",1) e1("a",1,2) e2("a") e2("a",) e2("a",AA) e3() e3(1) e3( ) e4() e4(AA,1)
#define v1(x, ...) f0(x __VA_OPT__(,) __VA_ARGS__)
#define v2(x, ...) __VA_OPT__(a x ## x) b
#define v3(...) [__VA_OPT__(__VA_ARGS__ ## __VA_ARGS__)]
#define v4(x,...) x ## __VA_OPT__(y z) w
#define v5(x,...) __VA_OPT__(x y) ## z
#define v6(x,...) #__VA_OPT__(x   y __VA_ARGS__)
v1(1) v1(1,) v1(1,2) v1(1,2,3) v1(1,EMPTY) v2(q) v2(q,1) v3() v3(1) v3(a,b) v4(n) v4(n,1) v5(n) v5(n,1) v6(a) v6(a,b c,AA)
#define v7(x,...) __VA_OPT__(a x ## x) ## b
#define v8(x,...) a ## __VA_OPT__(x b)
#define v9(x,...) [__VA_OPT__(x) ## b]
v7(,1) v7(q,1) v7(q) v8(,1) v8(q,1) v8(q) v9(,1) v9(q,1) v9(q) xstr(v7(,1) v8(,1) v9(,1) v9(q,1))
xstr( a  b ) xstr("a\n" '\0' L"x\\") str( @ \ ) xstr(f ( a )) xstr(EMPTY a) xstr(a EMPTY) xstr(a EMPTY b) xstr(a EMPTY EMPTY b)
#define sp(x) [x]
#define sp2(x) [ x ]
#define sp3(x,y) [x y]
#define sp4(x,y) [ x##y ]
#define OBJ EMPTY a EMPTY
xstr(sp( a )) xstr(sp()) xstr(sp2()) xstr(sp2(a)) xstr(sp3(,)) xstr(sp3(a,)) xstr(sp3(, a)) xstr(sp4(,)) xstr(sp4( a, b )) xstr(sp4(, b )) xstr(sp4(a,)) xstr(OBJ) xstr(-OBJ-) xstr(- OBJ -) xstr(sp(EMPTY a)) xstr(sp(EMPTY EMPTY a)) xstr(sp( OBJ )) xstr(sp(OBJ)-OBJ)
#define id(x) x
xstr(id(a)id(b)) xstr(id(a) id(b)) xstr(id()id( )x) xstr(id( x)y) xstr(id(id(id( x )))y)
id(
#define inner 1
inner
#undef inner
inner
)
id(id)(id)(id)(1)
#define self self x
self id(self) id(id(self))
#define fs(x) fs x
fs(1) fs(fs(1)) id(fs(fs)(1))(2)
#define A1 A2 (
#define A2(x) <x>
A1 3) 
#define obj_fun id
obj_fun(4) obj_fun (5) id obj_fun(6)
__LINE__ id(__LINE__) id(
__LINE__
)
__COUNTER__ __COUNTER__ id(__COUNTER__ __COUNTER__) __INCLUDE_LEVEL__ __FILE__ __BASE_FILE__
#line 100 "foo.c"
__LINE__ __FILE__
#define L200 200
#line L200
__LINE__
# 7 "bar.h" 1 3
__LINE__ __FILE__
xstr(__LINE__ __FILE__)
#define max(a,b) ((a)>(b)?(a):(b))
max(max(1,2),max(3,max(4,5)))
#define EVAL(...) EVAL1(EVAL1(EVAL1(__VA_ARGS__)))
#define EVAL1(...) EVAL2(EVAL2(EVAL2(__VA_ARGS__)))
#define EVAL2(...) __VA_ARGS__
#define DEFER(id) id EMPTY2()
#define EMPTY2()
#define REPEAT_I() REPEAT
#define REPEAT(n) n DEFER(REPEAT_I)()(n n)
#define a1 +
-a1 +a1 a1+ a1= 1a1 x-a1-a1
#define comma ,
#define two(x,y) x|y
#define callt(x) two(x)
#define arg2 1 , 2
two(a comma b, c) id(two(a,b)) 
#define q2(x) x
q2((a,b)) two((a,b),c) two([a,b],c)
#if 1 ? 2 : (3/0)
ok1
#endif
#if (-1 > 0u) && 0x7fffffffffffffff + 1 < 0 || 'a' == 97 && '\377' < 0 && -1 >> 1 == -1
ok2
#endif
#if defined(__has_include) && __has_include(<stdio.h>) && !__has_include("nope.h")
ok3
#endif
#if __has_attribute(noreturn) && __has_attribute(__noreturn__)
ok4
#endif
#ifndef X
ok5
#elif 1/0
#else
bad
#endif
#if 0
#elif 1
ok6
#elif 1
bad
#endif
#if 0
 ' unterminated " /* " comment
 */ '
#else
ok7
#endif
a\
b c\
 d "x\
y" /\
* comment *\
/ e /\
/ line \
comment
f
%:define DIG <: :> <% %> %:%:
DIG str(<:) xstr(DIG)
.5.6e+7.x 0x1p+3-1 1..2 1.e+ 0xe+1
_Pragma("omp parallel") x
id(a _Pragma("pack(1)") b)
#pragma pack(push, 1)
#pragma STDC FP_CONTRACT ON
#pragma push_macro("str")
#undef str
str(1)
#pragma pop_macro("str")
str(1)
#define vf(...) two(__VA_ARGS__)
vf(1,2) vf(arg2)
