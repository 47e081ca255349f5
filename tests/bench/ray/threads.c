/* Rows are handed out by a counter; whoever is free takes the next. */
#include "ray.h"
#include <pthread.h>

static atomic_int next_row;
static int last_row;
static void (*work)(int y);

static void *worker(void *unused)
{
    for (int y; (y = atomic_fetch_add(&next_row, 1)) < last_row;)
        work(y);
    return unused;
}

void threads_run(int threads, int rows, void (*row)(int y))
{
    pthread_t others[64];
    int started = 0;
    atomic_store(&next_row, 0);
    last_row = rows;
    work = row;
    while (started < threads - 1 && started < 64)
        if (pthread_create(&others[started], NULL, worker, NULL) == 0)
            started++;
        else
            break;
    worker(NULL);
    for (int i = 0; i < started; i++)
        pthread_join(others[i], NULL);
}
