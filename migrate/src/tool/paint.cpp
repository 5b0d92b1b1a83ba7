#include "paint.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace strata::migrate {

namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
    return value == nullptr ? "" : value;
}

}  // namespace

Paint::Paint(int descriptor)
    : on_(::isatty(descriptor) == 1 && variable("NO_COLOR").empty() && variable("TERM") != "dumb") {}

Paint& Paint::of(int descriptor) {
    static Paint out(STDOUT_FILENO);
    static Paint err(STDERR_FILENO);
    return descriptor == STDOUT_FILENO ? out : err;
}

const Paint& Paint::out() { return of(STDOUT_FILENO); }
const Paint& Paint::err() { return of(STDERR_FILENO); }

void Paint::choose(When when) {
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) of(descriptor) = Paint(descriptor);
    if (when == When::automatic) return;
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) of(descriptor).on_ = when == When::always;
}

std::string Paint::painted(const char* colour, const std::string& text) const {
    return on_ ? std::string("\x1b[") + colour + "m" + text + "\x1b[0m" : text;
}

}  // namespace strata::migrate
