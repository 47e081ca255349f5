// Lines with code say so; the test looks for them in the line table.
int total;

int add(int *from, int count) {
    for (int i = 0; i < count; i++) // code
        total += from[i];           // code
    if (total > 100)                // code
        total = add(from, 1);       // code

    return total;                   // code
}
