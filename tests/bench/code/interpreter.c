/* A byte-code loop: a switch that branches where the data says. */
#include <stdio.h>

enum code { PUSH, ADD, MUL, DUP, SWAP, LESS, JUMP_IF, POP, STORE, LOAD, HALT };

static long run(const int *code)
{
    long stack[32], cells[4] = {0};
    int top = 0;
    for (int at = 0;;)
        switch (code[at++]) {
        case PUSH: stack[top++] = code[at++]; break;
        case ADD: top--; stack[top - 1] += stack[top]; break;
        case MUL: top--; stack[top - 1] *= stack[top]; break;
        case DUP: stack[top] = stack[top - 1]; top++; break;
        case SWAP: {
            long kept = stack[top - 1];
            stack[top - 1] = stack[top - 2];
            stack[top - 2] = kept;
            break;
        }
        case LESS: top--; stack[top - 1] = stack[top - 1] < stack[top]; break;
        case JUMP_IF: at = stack[--top] ? code[at] : at + 1; break;
        case POP: top--; break;
        case STORE: cells[code[at++]] = stack[--top]; break;
        case LOAD: stack[top++] = cells[code[at++]]; break;
        default: return cells[1];
        }
}

int main(void)
{
    static const int program[] = {
        PUSH, 0, STORE, 0, PUSH, 0, STORE, 1,
        LOAD, 1, LOAD, 0, DUP, MUL, ADD, PUSH, 7, SWAP, ADD, STORE, 1,
        LOAD, 0, PUSH, 1, ADD, DUP, STORE, 0, PUSH, 2000000, LESS, JUMP_IF, 8, HALT,
    };
    printf("%ld\n", run(program));
}
