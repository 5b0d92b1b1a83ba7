#pragma once

#include <cstddef>
#include <string_view>

namespace strata::dal::detail {

/// What a piece of a raw expression's text is.
enum class RawPiece : unsigned char { plain, quoted, placeholder };

/// What is wrong with the text of a raw expression.
enum class RawFault : unsigned char {
    none,
    empty,
    unterminated_quote,
    unbalanced_brackets,
    comment,
    semicolon,
    foreign_placeholder,  ///< $1, :name or @name
    escape_string,        ///< E'...', whose quotes follow other rules
    control_character,
};

/// Cuts the text of a raw expression into pieces and passes each to `visit(piece, text)`. A placeholder is a ? outside
/// of quotes; ?? is a question mark. What could reach beyond the expression is a fault.
template <class Visit>
constexpr RawFault scan_raw(std::string_view text, const Visit& visit) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9') ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
    char open[64] = {};
    std::size_t depth = 0;
    std::size_t begin = 0;  // of the plain piece
    const auto end_plain = [&](std::size_t end) {
        if (end > begin) visit(RawPiece::plain, text.substr(begin, end - begin));
    };
    if (text.find_first_not_of(' ') == std::string_view::npos) return RawFault::empty;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return RawFault::control_character;
        if (c == '\'' || c == '"') {
            const bool escapes =
                i > 0 && (text[i - 1] == 'E' || text[i - 1] == 'e') && (i < 2 || !is_word(text[i - 2]));
            if (c == '\'' && escapes) return RawFault::escape_string;
            end_plain(i);
            std::size_t end = i + 1;
            while (end < text.size() && (text[end] != c || at(end + 1) == c))
                end += text[end] == c ? std::size_t{2} : std::size_t{1};
            if (end >= text.size()) return RawFault::unterminated_quote;
            visit(RawPiece::quoted, text.substr(i, end + 1 - i));
            i = end;
            begin = end + 1;
        } else if (c == '?') {
            end_plain(at(i + 1) == '?' ? i + 1 : i);
            if (at(i + 1) == '?') {
                ++i;
            } else {
                visit(RawPiece::placeholder, text.substr(i, 1));
            }
            begin = i + 1;
        } else if (c == '(' || c == '[') {
            if (depth == sizeof open) return RawFault::unbalanced_brackets;
            open[depth++] = c;
        } else if (c == ')' || c == ']') {
            if (depth == 0 || open[depth - 1] != (c == ')' ? '(' : '[')) return RawFault::unbalanced_brackets;
            --depth;
        } else if (c == ';') {
            return RawFault::semicolon;
        } else if ((c == '-' && at(i + 1) == '-') || (c == '/' && at(i + 1) == '*')) {
            return RawFault::comment;
        } else if (c == '$' && (i == 0 || !is_word(text[i - 1]))) {
            return RawFault::foreign_placeholder;
        } else if (c == ':' && at(i + 1) == ':') {
            ++i;  // a cast
        } else if ((c == ':' || c == '@') && is_word(at(i + 1)) && !(at(i + 1) >= '0' && at(i + 1) <= '9')) {
            return RawFault::foreign_placeholder;
        }
    }
    if (depth != 0) return RawFault::unbalanced_brackets;
    end_plain(text.size());
    return RawFault::none;
}

// What a mistake in a literal calls, so that the compiler names it.
void raw_text_is_empty();
void raw_text_has_a_quote_without_an_end();
void raw_text_has_unbalanced_brackets();
void raw_text_has_a_comment();
void raw_text_has_a_semicolon();
void raw_text_takes_only_question_marks_as_placeholders();
void raw_text_takes_no_escape_string();
void raw_text_has_a_control_character();
void raw_text_needs_one_value_for_each_question_mark();
void function_name_is_not_an_identifier();

consteval void check_raw_text(std::string_view text, std::size_t values) {
    std::size_t placeholders = 0;
    const RawFault fault = scan_raw(text, [&](RawPiece piece, std::string_view) {
        if (piece == RawPiece::placeholder) ++placeholders;
    });
    switch (fault) {
        case RawFault::none:
            break;
        case RawFault::empty:
            raw_text_is_empty();
            break;
        case RawFault::unterminated_quote:
            raw_text_has_a_quote_without_an_end();
            break;
        case RawFault::unbalanced_brackets:
            raw_text_has_unbalanced_brackets();
            break;
        case RawFault::comment:
            raw_text_has_a_comment();
            break;
        case RawFault::semicolon:
            raw_text_has_a_semicolon();
            break;
        case RawFault::foreign_placeholder:
            raw_text_takes_only_question_marks_as_placeholders();
            break;
        case RawFault::escape_string:
            raw_text_takes_no_escape_string();
            break;
        case RawFault::control_character:
            raw_text_has_a_control_character();
            break;
    }
    if (placeholders != values) raw_text_needs_one_value_for_each_question_mark();
}

/// Whether the text is a name, or a schema and a name: letters, digits and underscores.
constexpr bool is_function_name(std::string_view text) {
    bool first = true;
    int points = 0;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (c == '.' && !first && points == 0) {
            ++points;
            first = true;
            continue;
        }
        if (!letter && (first || !digit)) return false;
        first = false;
    }
    return !first;
}

}  // namespace strata::dal::detail
