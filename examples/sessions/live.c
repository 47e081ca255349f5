// A function is given another body; stored pointers and old callers follow.
#include <stdio.h>
double price(double net) { return net * 1.19; }
double (*rule)(double) = price;
void bill(double net) { printf("%.2f\n", rule(net)); }
bill(100);
//= 119.00
double price(double net) { return net > 50 ? net * 1.07 : net; }
bill(100);
//= 107.00
bill(10);
//= 10.00
// status: 0
