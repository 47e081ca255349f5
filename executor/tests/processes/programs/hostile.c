#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static char big[60000];
static void send_all(const void *bytes, int len) {
    for (int fd = 3; fd < 1024; fd++) send(fd, bytes, len, MSG_NOSIGNAL);
}
/* Packets begin with a byte of framing: 3 is a whole message, 1 a beginning, 0 a middle. */
uint64_t attack(long kind) {
    switch (kind) {
    case 0: send_all("\3\377garbage", 9); break;
    case 1: send_all("\3\1\377\377\377\377", 6); break;
    case 2: send_all("\107\0\0\0", 4); break;
    case 3:
        send_all("\1", 1);
        for (int i = 0; i < 400; i++) send_all(big, sizeof big);
        break;
    case 4: send_all("\3\0\1\0\0\0", 6); return 4;
    case 5: send_all("\3\3\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 51); break;
    case 6: for (int fd = 3; fd < 1024; fd++) close(fd); return 6;
    case 7: send_all("\3\6\1\0\0\0\0\0\0\0\0\0\0\0", 14); return 7;
    }
    for (;;) pause();
}
