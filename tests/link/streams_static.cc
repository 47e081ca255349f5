// The same library as an archive: linked as any other.
// flags: -std=c++17
// link: -l:libstdc++.a -lm
#include <iostream>
#include <locale>
#include <regex>
#include <sstream>
#include <string>

struct Announced {
    const char *name;
    explicit Announced(const char *n) : name(n) { std::cout << "+" << name << "\n"; }
    ~Announced() { std::cout << "-" << name << std::endl; }
};
static Announced early("early");

int main()
{
    try {
        std::stoi("no number");
    } catch (const std::invalid_argument &e) {
        std::cout << e.what() << "\n";
    }
    std::regex r("(\\w+)@(\\w+)");
    std::smatch m;
    std::string text = "someone@somewhere";
    if (std::regex_match(text, m, r))
        std::cout << m[2] << " " << m[1] << "\n";
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << 1234567.5 << ' ' << true;
    std::cout << out.str() << std::endl;
    return 3;
}
