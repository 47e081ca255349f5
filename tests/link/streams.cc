// Exceptions, streams, static constructors, destructors of threads' objects: libstdc++.so.
// flags: -std=c++17
// link: -lpthread
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

struct Noisy {
    std::string name;
    explicit Noisy(std::string n) : name(std::move(n)) { std::cout << "+" << name << std::endl; }
    ~Noisy() { std::cout << "-" << name << std::endl; }
};

static Noisy first("static");
thread_local std::unique_ptr<Noisy> local;

struct Base { virtual ~Base() = default; virtual int value() const { return 1; } };
struct Derived : Base { int value() const override { return 2; } };

static int deep(int n)
{
    Noisy here("frame " + std::to_string(n));
    if (n == 0)
        throw std::out_of_range("bottom");
    return deep(n - 1) + 1;
}

int main()
{
    static Noisy inner("inner");
    try {
        deep(2);
    } catch (const std::logic_error &e) {
        std::cout << typeid(e).name() << ": " << e.what() << "\n";
    }
    try {
        std::vector<int>().at(3);
    } catch (const std::exception &) {
        std::cout << "at\n";
    }
    try {
        try {
            throw 5;
        } catch (int n) {
            std::cout << "int " << n << "\n";
            throw;
        }
    } catch (...) {
        std::cout << "again\n";
    }
    std::unique_ptr<Base> b = std::make_unique<Derived>();
    std::cout << dynamic_cast<Derived &>(*b).value() << " " << typeid(*b).name() << "\n";
    try {
        Base plain;
        (void)dynamic_cast<Derived &>(plain);
    } catch (const std::bad_cast &e) {
        std::cout << e.what() << "\n";
    }
    std::map<std::string, int> words;
    std::istringstream in("b a c a b a");
    for (std::string w; in >> w;)
        words[w]++;
    for (auto &[w, n] : words)
        std::cout << std::setw(3) << w << std::hex << std::showbase << n + 16 << std::dec;
    std::cout << std::fixed << std::setprecision(3) << " " << 3.14159 << std::endl;
    std::thread t([] { local = std::make_unique<Noisy>("thread"); });
    t.join();
    local = std::make_unique<Noisy>("main");
    std::cerr << "error stream\n";
    return words["a"];
}
