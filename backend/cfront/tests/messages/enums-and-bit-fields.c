enum e { A, B, A }; enum f { C = 1.5 }; int A; typedef int T; T T; typedef long T;
struct u { int x : 33; float f : 3; int : -1; int z : 0; };
