// What the kernel is to know of the thread is told it again in a copy: the list of robust locks.
#include <sys/syscall.h>
#include <unistd.h>
int told(void) { void *head = 0; unsigned long len; return syscall(SYS_get_robust_list, 0, &head, &len) == 0 && head; }
told()
//= int 1
*(volatile int *)0 = 1;
//! crash: SIGSEGV
told()
//= int 1
// status: 1
