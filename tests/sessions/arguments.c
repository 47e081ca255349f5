// Commands with and without what they need.
:load
//! :load needs an argument: :load FILE
:save
//! :save needs an argument: :save FILE
:time
//! :time needs an argument: :time INPUT
:lib
//! :lib needs an argument: :lib NAME
:pkg
//! :pkg needs an argument: :pkg NAME
:reset now
//! :reset takes no argument, not now
:time for (;;
//! nothing was evaluated
:bits 3 +
//! input 1:1:4: error: expected expression before end of input
//! nothing was evaluated
1
//= int 1
:set depth
//= depth 6
:set depth 2
:set depth
//= depth 2
:limit time
//= time off
:limit memory 1M
:limit memory
//= memory 1048576 bytes
:limit memory off
:vars nothing
//= no variable has `nothing` in its name
struct pair { int a, b; } pair;
:doc struct pair
//= struct pair  at input 2:1
//= struct pair pair;  defined at input 2:1
:where struct pair
//= input 2:1
//=    struct pair { int a, b; } pair;
:type struct other
//= struct other
:type struct pair
//= struct pair
:layout int (int)
//! int (int) is a function's type: it has no size
struct tm then = {.tm_year = 70};
//! note: #include <time.h> was taken
then.tm_year
//= int 70
// A linker script stands for its libraries.
:lib m
//= opened /lib/x86_64-linux-gnu/libm.so
int main(int argc, char **argv, char **envp) { return argc + 10 * (envp[0] != 0); }
:run a b
//= int 13
// status: 1
