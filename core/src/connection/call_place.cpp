#include "call_place.hpp"

#include <boost/stacktrace.hpp>

#include <string_view>

#if defined(__linux__)
#include <dlfcn.h>
#endif

namespace strata::core::detail {

namespace {

/// The qualified name of a function as a demangler writes it: `app::list<int>(...)` of `std::string
/// app::list<int>(...)`.
std::string_view qualified_name(std::string_view function) {
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i < function.size(); ++i) {
        const char c = function[i];
        const std::string_view before = function.substr(begin, i - begin);
        const bool parameters = c == '(' && depth == 0 && !before.ends_with("decltype") &&
                                !function.substr(i).starts_with("(anonymous namespace)");
        if (parameters) break;
        if (c == '<' || c == '(') ++depth;
        if (c == '>' || c == ')') --depth;
        if (c == ' ' && depth == 0 && !before.ends_with("operator")) begin = i + 1;
    }
    return function.substr(begin);
}

/// Whether a function is one of Strata or of the standard library, or a lambda in one of them.
bool is_of_library(std::string_view function) {
    const std::string_view name = qualified_name(function);
    return name.starts_with("strata::") || name.starts_with("std::") || name.starts_with("__gnu_cxx::");
}

#if defined(__linux__)

std::string hexadecimal(std::uintptr_t number) {
    std::string digits;
    for (; number != 0 || digits.empty(); number /= 16) digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
    return digits;
}

/// The file of code that an address is in, and where in it.
std::string place_in_file(const void* address) {
    Dl_info info{};
    if (::dladdr(address, &info) == 0 || info.dli_fname == nullptr) return {};
    return std::string(info.dli_fname) + "+0x" +
           hexadecimal(reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
}

#else

std::string place_in_file(const void*) { return {}; }

#endif

}  // namespace

std::vector<const void*> running_calls() {
    constexpr std::size_t deepest = 64;
    std::vector<const void*> calls;
    calls.reserve(deepest);
    for (const boost::stacktrace::frame& call : boost::stacktrace::stacktrace(0, deepest))
        calls.push_back(call.address());
    return calls;
}

std::string describe_caller(const std::vector<const void*>& calls) {
    for (const void* const call : calls) {
        // The address that is returned to may be the next function's first one.
        const boost::stacktrace::frame frame(static_cast<const char*>(call) - 1);
        const std::string function = frame.name();
        if (function.empty() || is_of_library(function)) continue;
        const std::size_t line = frame.source_line();
        const std::string place =
            line == 0 ? place_in_file(frame.address()) : frame.source_file() + ":" + std::to_string(line);
        return place.empty() ? function : function + " (" + place + ")";
    }
    return {};
}

}  // namespace strata::core::detail
