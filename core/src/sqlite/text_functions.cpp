#include "functions.hpp"

#include <strata/core/internal/text.hpp>

#include <boost/regex.hpp>

#include <algorithm>
#include <locale>
#include <memory>
#include <stdexcept>
#include <string>

namespace strata::core::sqlite {

namespace {

/// The longest text that repeat, lpad and rpad make, as in PostgreSQL.
constexpr std::size_t longest = 1'000'000'000;

/// The length in bytes of the character at a position.
std::size_t character(std::string_view text, std::size_t at) {
    return std::max<std::size_t>(1, internal::utf8_length(text.substr(at)));
}
std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += character(text, at)) ++count;
    return count;
}
/// The first characters of a text.
std::string_view first(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count) at += character(text, at);
    return text.substr(0, at);
}

void check_length(std::size_t count, std::size_t size) {
    if (size > 0 && count > longest / size) throw std::length_error("a text is larger than 1 GB");
}

void right(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::string_view text = text_of(arguments[0]);
    const std::size_t length = characters(text);
    const sqlite3_int64 wanted = std::max<sqlite3_int64>(0, sqlite3_value_int64(arguments[1]));
    const std::size_t count = std::min(length, static_cast<std::size_t>(wanted));
    return_text(context, text.substr(first(text, length - count).size()));
}

template <bool Left>
void pad(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::string_view text = text_of(arguments[0]);
    const auto wanted = static_cast<std::size_t>(std::max<sqlite3_int64>(0, sqlite3_value_int64(arguments[1])));
    const std::string_view fill = text_of(arguments[2]);
    const std::size_t length = characters(text);
    if (length >= wanted || fill.empty()) {
        return_text(context, first(text, wanted));
        return;
    }
    check_length(wanted, 4);
    std::string padding;
    std::size_t at = 0;
    for (std::size_t i = length; i < wanted; ++i) {
        const std::size_t size = character(fill, at);
        padding += fill.substr(at, size);
        at = at + size < fill.size() ? at + size : 0;
    }
    return_text(context, Left ? padding + std::string(text) : std::string(text) + padding);
}

void reverse(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::string_view text = text_of(arguments[0]);
    std::string reversed(text.size(), ' ');
    std::size_t end = text.size();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character(text, at);
        end -= size;
        reversed.replace(end, size, text.substr(at, size));
        at += size;
    }
    return_text(context, reversed);
}

void repeat(sqlite3_context* context, int, sqlite3_value** arguments) {
    const std::string_view text = text_of(arguments[0]);
    const auto count = static_cast<std::size_t>(std::max<sqlite3_int64>(0, sqlite3_value_int64(arguments[1])));
    check_length(count, text.size());
    std::string repeated;
    if (!text.empty()) {
        for (std::size_t i = 0; i < count; ++i) repeated += text;
    }
    return_text(context, repeated);
}

/// NULLs after the separator are left out.
void concat_ws(sqlite3_context* context, int count, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
    const std::string separator(text_of(arguments[0]));
    std::string joined;
    bool any = false;
    for (int i = 1; i < count; ++i) {
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) continue;
        if (any) joined += separator;
        joined += text_of(arguments[i]);
        any = true;
    }
    return_text(context, joined);
}

/// Whether the text is a number as SQL writes it: a whole one, or one with a point and an exponent.
bool is_number(std::string_view text, bool whole) {
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
    const auto digits = [&text] {
        std::size_t count = 0;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            text.remove_prefix(1);
            ++count;
        }
        return count;
    };
    std::size_t found = digits();
    if (whole) return found > 0 && text.empty();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        found += digits();
    }
    if (found > 0 && (text.starts_with('e') || text.starts_with('E'))) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        found = digits();
    }
    return found > 0 && text.empty();
}

/// The value, which a cast makes a number: SQLite would make 0 of a text that is none. The second argument is 1 for
/// whole numbers.
void number_text(sqlite3_context* context, int, sqlite3_value** arguments) {
    constexpr std::string_view spaces = " \t\n\v\f\r";
    if (sqlite3_value_type(arguments[0]) == SQLITE_TEXT) {
        std::string_view text = text_of(arguments[0]);
        text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
        text = text.substr(0, text.find_last_not_of(spaces) + 1);
        if (!is_number(text, sqlite3_value_int(arguments[1]) != 0)) {
            sqlite3_result_error_code(context, SQLITE_MISMATCH);
            return;
        }
    }
    sqlite3_result_value(context, arguments[0]);
}

/// The part with a number, of which 1 is the first and -1 the last.
void split_part(sqlite3_context* context, int, sqlite3_value** arguments) {
    std::string_view rest = text_of(arguments[0]);
    const std::string_view delimiter = text_of(arguments[1]);
    sqlite3_int64 wanted = sqlite3_value_int64(arguments[2]);
    if (wanted == 0) throw std::invalid_argument("split_part() counts from 1, or from -1 at the end");
    if (delimiter.empty()) {
        return_text(context, wanted == 1 || wanted == -1 ? rest : std::string_view(""));
        return;
    }
    if (wanted < 0) {
        sqlite3_int64 parts = 1;
        for (auto at = rest.find(delimiter); at != std::string_view::npos;
             at = rest.find(delimiter, at + delimiter.size()))
            ++parts;
        wanted += parts + 1;
    }
    for (sqlite3_int64 part = 1; wanted >= 1; ++part) {
        const auto end = rest.find(delimiter);
        if (part == wanted) {
            return_text(context, rest.substr(0, end));
            return;
        }
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + delimiter.size());
    }
    return_text(context, "");
}

/// Code points, so that a class or a dot is one character.
std::wstring wide(std::string_view text) {
    static_assert(sizeof(wchar_t) == 4);
    std::wstring result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = character(text, at);
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
        unsigned code = size == 1 ? unsigned{byte(0)} : byte(0) & (0xFFU >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) code = code << 6U | (byte(i) & 0x3FU);
        result += static_cast<wchar_t>(code);
        at += size;
    }
    return result;
}
std::string narrow(const std::wstring& text) {
    std::string result;
    for (const wchar_t c : text) {
        const auto code = static_cast<unsigned>(c);
        const auto add = [&](unsigned bits) { result += static_cast<char>(bits); };
        if (code < 0x80) {
            add(code);
        } else if (code < 0x800) {
            add(0xC0U | code >> 6U);
            add(0x80U | (code & 0x3FU));
        } else if (code < 0x10000) {
            add(0xE0U | code >> 12U);
            add(0x80U | (code >> 6U & 0x3FU));
            add(0x80U | (code & 0x3FU));
        } else {
            add(0xF0U | code >> 18U);
            add(0x80U | (code >> 12U & 0x3FU));
            add(0x80U | (code >> 6U & 0x3FU));
            add(0x80U | (code & 0x3FU));
        }
    }
    return result;
}

/// Compiles the first argument, or takes it from the call before: SQLite keeps it as long as it is the same constant.
/// https://www.sqlite.org/c3ref/get_auxdata.html
const boost::wregex& compiled(sqlite3_context* context, sqlite3_value* pattern, bool folded,
                              std::unique_ptr<boost::wregex>& own) {
    if (const void* kept = sqlite3_get_auxdata(context, 0)) return *static_cast<const boost::wregex*>(kept);
    boost::regex_constants::syntax_option_type flags = boost::regex_constants::perl;
    if (folded) flags |= boost::regex_constants::icase;
    own = std::make_unique<boost::wregex>();
    own->imbue(std::locale::classic());  // whatever the program's locale is
    own->assign(wide(text_of(pattern)), flags);
    return *own;
}
void keep(sqlite3_context* context, std::unique_ptr<boost::wregex>& own) {
    if (own == nullptr) return;
    sqlite3_set_auxdata(context, 0, own.release(), [](void* kept) { delete static_cast<boost::wregex*>(kept); });
}

// As in PostgreSQL ^ and $ are the ends of the text, not of its lines.
constexpr auto how = boost::regex_constants::match_single_line;

void matches(sqlite3_context* context, int, sqlite3_value** arguments) {
    std::unique_ptr<boost::wregex> own;
    const boost::wregex& regex = compiled(context, arguments[0], sqlite3_value_int(arguments[2]) != 0, own);
    const std::wstring text = wide(text_of(arguments[1]));
    sqlite3_result_int(context, boost::regex_search(text, regex, how | boost::regex_constants::match_any) ? 1 : 0);
    keep(context, own);
}

void regex_replace(sqlite3_context* context, int, sqlite3_value** arguments) {
    std::unique_ptr<boost::wregex> own;
    const boost::wregex& regex = compiled(context, arguments[0], false, own);
    const std::wstring text = wide(text_of(arguments[1]));
    const std::wstring replacement = wide(text_of(arguments[2]));
    return_text(context,
                narrow(boost::regex_replace(text, regex, replacement, how | boost::regex_constants::format_literal)));
    keep(context, own);
}

}  // namespace

Functions text_functions() {
    static constexpr Function functions[] = {
        {"strata_right", 2, strict<right>},           {"strata_lpad", 3, strict<pad<true>>},
        {"strata_rpad", 3, strict<pad<false>>},       {"strata_reverse", 1, strict<reverse>},
        {"strata_repeat", 2, strict<repeat>},         {"strata_concat_ws", -1, guarded<concat_ws>},
        {"strata_split_part", 3, strict<split_part>}, {"strata_number_text", 2, strict<number_text>},
        {"strata_matches", 3, strict<matches>},       {"strata_regex_replace", 3, strict<regex_replace>},
    };
    return functions;
}

}  // namespace strata::core::sqlite
