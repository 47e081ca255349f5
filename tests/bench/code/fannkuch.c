/* All permutations of ten, each flipped until a one is in front: small arrays, tight loops. */
#include <stdio.h>

#define N 10

int main(void)
{
    int order[N], count[N], work[N], most = 0, sum = 0, r = N, number = 0;
    for (int i = 0; i < N; i++)
        order[i] = i;
    for (;;) {
        for (; r != 1; r--)
            count[r - 1] = r;
        for (int i = 0; i < N; i++)
            work[i] = order[i];
        int flips = 0;
        for (int first; (first = work[0]) != 0; flips++)
            for (int low = 0, high = first; low < high; low++, high--) {
                int kept = work[low];
                work[low] = work[high];
                work[high] = kept;
            }
        most = flips > most ? flips : most;
        sum += number++ % 2 ? -flips : flips;
        for (;;) {
            if (r == N) {
                printf("%d %d\n", sum, most);
                return 0;
            }
            int front = order[0];
            for (int i = 0; i < r; i++)
                order[i] = order[i + 1];
            order[r] = front;
            if (--count[r] > 0)
                break;
            r++;
        }
    }
}
