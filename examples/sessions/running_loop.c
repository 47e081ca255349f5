// A function is given another body while a loop in a thread calls it: the loop never stops.
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
atomic_int speed, distance, halted;
int step(void) { return 1; }
void *drive(void *unused) {
    while (!halted) {
        speed = step();
        distance += speed;
        usleep(500);
    }
    return unused;
}
pthread_t engine; pthread_create(&engine, NULL, drive, NULL);
while (distance < 5) usleep(500);
speed
//= int 1
// The thread is in its loop. Its next call is one of the new body.
int step(void) { return 100; }
//! redefined step
while (speed != 100) usleep(500);
speed
//= int 100
int step(void) { halted = 1; return 0; }
//! redefined step
pthread_join(engine, NULL)
//= int 0
speed
//= int 0
distance >= 105
//= int 1
// status: 0
