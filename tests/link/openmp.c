// flags: -fopenmp
// link: -lgomp -lpthread
#include <omp.h>
#include <stdio.h>

static int counter;
#pragma omp threadprivate(counter)

int main(void)
{
    double sum = 0;
    int n_threads = 0, total = 0;
    omp_set_num_threads(4);
#pragma omp parallel
    {
#pragma omp single
        n_threads = omp_get_num_threads();
        counter = omp_get_thread_num() + 1;
#pragma omp atomic
        total += counter;
    }
#pragma omp parallel for reduction(+ : sum) schedule(dynamic, 64)
    for (int i = 1; i <= 100000; i++)
        sum += 1.0 / ((double)i * i);
    long f = 0;
#pragma omp parallel
#pragma omp single
    for (int i = 0; i < 32; i++)
#pragma omp task shared(f)
#pragma omp atomic
        f += i;
    printf("%d %d %.6f %ld\n", n_threads, total, sum, f);
    return 0;
}
