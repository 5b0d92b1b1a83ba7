#include "detail/pattern.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/array_text.hpp>

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

/// The path's keys have no quotes and no backslashes.
std::string path_array(std::string_view path) {
    std::string steps = "{";
    for (std::size_t at = 1; at < path.size();) {
        const bool key = path[at] == '.';
        const std::size_t begin = at + (key ? 2 : 1);
        const std::size_t end = path.find(key ? '"' : ']', begin);
        std::string_view step = path.substr(begin, end - begin);
        if (!key && step.starts_with('#')) step.remove_prefix(1);
        core::internal::append_array_element(steps, step);
        at = end + 1;
    }
    return steps += '}';
}

std::string to_char_format(std::string_view format) {
    std::string result;
    std::string plain;
    const auto end_plain = [&] {
        if (!plain.empty()) result.append("\"").append(plain).append("\"");
        plain.clear();
    };
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || format[i + 1] == '%') {
            if (format[i] == '%') ++i;
            if (format[i] == '"' || format[i] == '\\') plain += '\\';
            plain += format[i];
            continue;
        }
        end_plain();
        switch (format[++i]) {
            case 'Y':
                result += "YYYY";
                break;
            case 'm':
                result += "MM";
                break;
            case 'd':
                result += "DD";
                break;
            case 'H':
                result += "HH24";
                break;
            case 'M':
                result += "MI";
                break;
            case 'S':
                result += "SS";
                break;
            case 'f':
                result += "US";
                break;
            default:
                result += "DDD";
        }
    }
    end_plain();
    return result;
}

}  // namespace strata::dal::detail
