??=define TRI(x) ??= x ??< ??> ??( ??) ??! ??- ??' ?? ??? ???= ????=
TRI(a) "??(" '??)' "??/"" "a??/
b" ??/
c
#define STR(x) #x
#define XSTR(x) STR(x)
XSTR(TRI(a)) STR("??(" ??( ??) ??/n) XSTR(<: :> <% %> %: %:%:)
%:define D <: %> %:
D %:%: <:: <::: :>: %:%: %:% %: %:%:%
/\
* comment *\
/ a /\
/ line comment \
still comment
b // x ??/
also comment in trigraph modes
c
i\
d\
e\
n\
t + 1\
2\
.\
5e\
+\
3 "str\
ing\
\n" '\
a' L\
"wide" u\
8"x" .\
.\
. <\
<\
= -\
> %:\
%: +\
+
#de\
fine SPLICED\
(x\
) x\
 + x
SPLICED(1)
#\
define S2 two
S2 /* a */ S2/**/S2 /* * / ** /*/S2
	tab	tab   form   S2
'\'' '"' "\"" "'" "\\" '\\' "a\\\"b" L'\'' L"\""
1.2.3 1..2 .1e+1e-1 0x1p-1 0x1e+1 1e1+1 1e+a 0b1 1u2l3 1_000 1$x $a a$b
+++ --- ->-- <<=<= >>=>= &&& ||| ##### ...... . .. ===!=! ^=^ |=| &=& %=% /=/ *=*
a+ +b a- -b a/ *b a& &b a| |b a< <b a> >b a= =b a. .b
XSTR(a+ +b) XSTR(a+++b) XSTR(a + + b) XSTR(-  -1) XSTR(S2+S2) XSTR(/**/S2/**/S2/**/)
#if 0 /*
#endif */
#else /* x */ // y
taken
#endif
#if 1 // \
#error not seen
#endif
  #  define   SPACED   s p a   c e d
XSTR(SPACED)
 # /* x */ define /* y */ COMMENTED /* z */ c /* w */ d /* v */
XSTR(COMMENTED)
#define EMPTY
# 
#
#/**/
EMPTY # define NOT_A_DIRECTIVE
x EMPTY # y
#if 0
'unclosed
"unclosed /*
#else
after unclosed
#endif
@ ` \ x
L'x' L 'x' u'x' U'x' u8"x" LL"x" L/**/"x" u8 "x"
R"(raw "x" \n ??( // /* */)" LR"d(a)"b)d" R "x" R"(two
lines \
here)" after
XSTR(R"(a
b"\)")
