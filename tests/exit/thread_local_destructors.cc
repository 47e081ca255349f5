// Destructors of thread_local objects run when their thread ends, main's before atexit handlers.
// link: -lstdc++
//= thread: constructed
//= thread: destroyed
//= main: constructed
//= main returns
//= main: destroyed
//= atexit
//= static destroyed
// status: 0
#include <cstdio>
#include <cstdlib>
#include <thread>
struct Noisy {
    const char *who = nullptr;
    void name(const char *w) { who = w; std::printf("%s: constructed\n", w); }
    ~Noisy() { if (who) std::printf("%s: destroyed\n", who); }
};
thread_local Noisy noisy;
struct Last { ~Last() { std::puts("static destroyed"); } } last;
int main() {
    std::thread([] { noisy.name("thread"); }).join();
    std::atexit([] { std::puts("atexit"); });
    noisy.name("main");
    std::puts("main returns");
}
