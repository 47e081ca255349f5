// Assembler outside of functions stays there; within statements it is one.
#include <stdio.h>
asm(".text\n.globl seven\nseven: mov $7, %eax\n ret\n");
int seven(void);
asm("nop");
__asm__(".globl eight\n\t.type eight, @function\n\t"
        ".pushsection .text\neight:\n\tmov $8, %eax\n\tret\n.popsection");
extern int eight(void);
printf("out: %d\n", seven());
printf("out: %d\n", seven() + eight());
