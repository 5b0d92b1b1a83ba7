#include "ask.hpp"

#include "text.hpp"

#include <unistd.h>

#include <iostream>

namespace strata::migrate {

bool is_interactive() { return isatty(STDIN_FILENO) != 0; }

bool confirmed(const std::string& question) {
    std::cout << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

std::string answered(const std::string& question) {
    std::cout << question << " " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return trimmed(answer);
}

}  // namespace strata::migrate
