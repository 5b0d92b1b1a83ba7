#include "detail/pattern.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

using core::Form;

namespace {

/// Passes on each piece of a pattern: text that means itself, any text (%), one character (_).
template <class Plain, class Any, class One>
void parse(std::string_view pattern, const Plain& plain, const Any& any, const One& one) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '%') {
            any();
        } else if (pattern[i] == '_') {
            one();
        } else if (pattern[i] != '\\') {
            plain(pattern[i]);
        } else if (i + 1 < pattern.size()) {
            plain(pattern[++i]);
        } else {
            throw UsageError(R"(a LIKE pattern ends in its escape; write \\ for a backslash)");
        }
    }
}

bool open_front(Form form) { return form == Form::suffix || form == Form::infix; }
bool open_back(Form form) { return form == Form::prefix || form == Form::infix; }

}  // namespace

std::string like_pattern(std::string_view text, Form form) {
    std::string result;
    const auto plain = [&](char c) {
        if (c == '%' || c == '_' || c == '\\') result += '\\';
        result += c;
    };
    if (form == Form::pattern) {
        parse(text, plain, [&] { result += '%'; }, [&] { result += '_'; });
        return result;
    }
    if (open_front(form)) result += '%';
    for (const char c : text) plain(c);
    if (open_back(form)) result += '%';
    return result;
}

std::string glob_pattern(std::string_view text, Form form) {
    std::string result;
    const auto plain = [&](char c) {
        if (c == '*' || c == '?' || c == '[') {
            result += '[';
            result += c;
            result += ']';
        } else {
            result += c;
        }
    };
    if (form == Form::pattern) {
        parse(text, plain, [&] { result += '*'; }, [&] { result += '?'; });
        return result;
    }
    if (open_front(form)) result += '*';
    for (const char c : text) plain(c);
    if (open_back(form)) result += '*';
    return result;
}

}  // namespace strata::dal::detail
