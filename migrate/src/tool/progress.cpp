#include "progress.hpp"

#include "text.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>

namespace strata::migrate {
namespace {

constexpr auto on_terminal = std::chrono::milliseconds(500);
constexpr auto in_log = std::chrono::seconds(10);

}  // namespace

ProgressPrinter::ProgressPrinter(std::ostream& lines) : lines_(lines), terminal_(isatty(STDERR_FILENO) != 0) {}
ProgressPrinter::ProgressPrinter() : ProgressPrinter(std::cout) {}

void ProgressPrinter::line(const std::string& text) {
    clear();
    lines_ << text << std::endl;
}

RunOptions ProgressPrinter::options(Destructive destructive, bool dry_run) {
    RunOptions options{[this](const std::string& text) { line(text); }, destructive, dry_run};
    options.done = [this](const std::string&, std::chrono::duration<double> spent) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "  done in %.3f s", spent.count());
        clear();
        std::cerr << text.data() << std::endl;
    };
    options.rows = [this](const RowProgress& progress) { rows(progress); };
    options.rows_every = terminal_ ? std::chrono::milliseconds(on_terminal) : std::chrono::milliseconds(in_log);
    return options;
}

void ProgressPrinter::rows(const RowProgress& progress) {
    const auto text = "  " + one_line(progress.text());
    if (terminal_)
        std::cerr << "\r" << text << "\x1b[K" << std::flush;
    else
        std::cerr << text << std::endl;
    shown_ = terminal_;
}

void ProgressPrinter::clear() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
    shown_ = false;
}

}  // namespace strata::migrate
