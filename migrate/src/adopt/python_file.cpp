#include "python_file.hpp"

#include "foreign_sql.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <optional>

/// Python's lexical rules, as far as literals need them: https://docs.python.org/3/reference/lexical_analysis.html
namespace strata::migrate::adopt {
namespace {

bool is_word_letter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

class Reader {
public:
    Reader(std::string_view text, const std::string& where, const std::vector<std::string>& variables)
        : text_(text), where_(where), variables_(variables) {}

    PythonFile run() {
        for (bool first = true; at_ < text_.size();) {
            if (blank_line()) continue;
            const bool at_module_level = peek() != ' ' && peek() != '\t';
            if (at_module_level && first) take_docstring();
            first = false;
            if (at_module_level) take_assignment();
            skip_logical_line();
        }
        return std::move(file_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    [[noreturn]] void refuse(std::size_t at, const std::string& why) const {
        throw MigrationError(where_ + ", line " + std::to_string(line_of(text_, at)) + ": " + why);
    }

    /// Passes over a line that has nothing but blanks and a comment.
    bool blank_line() {
        auto end = text_.find_first_not_of(" \t\r\f", at_);
        if (end != std::string_view::npos && text_[end] == '#') end = text_.find('\n', end);
        if (end == std::string_view::npos) {
            at_ = text_.size();
            return true;
        }
        if (text_[end] != '\n') return false;
        at_ = end + 1;
        return true;
    }

    /// The offset of the quote of a string literal that begins here.
    [[nodiscard]] std::optional<std::size_t> string_begins() const {
        std::size_t length = 0;
        while (length < 3 && std::string_view("rRbBuUfF").find(peek(length)) != std::string_view::npos &&
               peek(length) != '\0')
            ++length;
        const char quote = peek(length);
        if (quote != '"' && quote != '\'') return std::nullopt;
        return at_ + length;
    }

    /// Reads the string literal that begins here, or passes over one of another kind (bytes, a format) unread.
    std::optional<std::string> take_string() {
        const auto begin = at_;
        const auto open = *string_begins();
        const auto prefix = core::internal::lower(text_.substr(begin, open - begin));
        const char quote = text_[open];
        const bool is_long = text_.substr(open, 3) == std::string(3, quote);
        const bool raw = prefix.find('r') != std::string::npos;
        at_ = open + (is_long ? 3 : 1);
        std::string value;
        for (;; ++at_) {
            if (at_ >= text_.size() || (!is_long && peek() == '\n')) refuse(begin, "a string is not closed");
            if (is_long ? text_.substr(at_, 3) == std::string(3, quote) : peek() == quote) break;
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                value += raw ? "\\" : "";
                ++at_;
                value += raw ? std::string(1, peek()) : escaped(peek());
            } else {
                value += peek();
            }
        }
        at_ += is_long ? 3 : 1;
        if (prefix.find_first_of("bf") != std::string::npos) return std::nullopt;
        return value;
    }

    /// Escapes that no id and no message needs are kept as they are written.
    static std::string escaped(char c) {
        switch (c) {
            case '\n':
                return {};
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case '\\':
            case '\'':
            case '"':
                return {c};
            default:
                return {'\\', c};
        }
    }

    /// A statement may go on in the next line: within brackets, within a long string, after a backslash.
    void skip_logical_line() {
        for (int depth = 0; at_ < text_.size();) {
            const char c = peek();
            if (string_begins() && (at_ == 0 || !is_word_letter(text_[at_ - 1]) || c == '"' || c == '\'')) {
                take_string();
                continue;
            }
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
                continue;
            }
            if (c == '(' || c == '[' || c == '{') ++depth;
            if (c == ')' || c == ']' || c == '}') --depth;
            if (c == '\\') ++at_;
            ++at_;
            if (c == '\n' && depth <= 0) return;
        }
    }

    void take_docstring() {
        if (!string_begins()) return;
        if (auto text = take_string()) file_.docstring = std::move(*text);
    }

    /// Blanks, and between brackets also line ends and comments.
    void skip_blank(bool in_brackets) {
        for (;;) {
            const char c = peek();
            if (c == ' ' || c == '\t' || (in_brackets && (c == '\n' || c == '\r'))) {
                ++at_;
            } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
                at_ += peek(1) == '\n' ? 2U : 3U;
            } else if (c == '#' && in_brackets) {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else {
                return;
            }
        }
    }

    std::string word() {
        const auto begin = at_;
        while (is_word_letter(peek())) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    /// Moves to the `=` of an annotated assignment; false where the line has none.
    bool skip_annotation() {
        for (int depth = 0; at_ < text_.size() && peek() != '\n' && peek() != '#';) {
            const char c = peek();
            if (c == '"' || c == '\'') {
                take_string();
                continue;
            }
            if (c == '(' || c == '[') ++depth;
            if (c == ')' || c == ']') --depth;
            if (c == '=' && depth == 0) return true;
            ++at_;
        }
        return false;
    }

    void take_assignment() {
        const auto begin = at_;
        const auto name = word();
        if (name.empty() || !core::internal::contains(variables_, name)) {
            at_ = begin;
            return;
        }
        skip_blank(false);
        if (peek() == ':' && !skip_annotation()) return;
        if (peek() != '=') {
            // Neither `revision == x` nor `revision(x)` gives it a value, but `revision += x` does.
            if (peek(1) == '=') refuse(begin, "'" + name + "' is changed, not assigned; write its value as a literal");
            return;
        }
        if (peek(1) == '=') return;
        ++at_;
        auto value = take_value(name, begin);
        value.line = line_of(text_, begin);
        if (!file_.values.emplace(name, std::move(value)).second) refuse(begin, "'" + name + "' is assigned twice");
    }

    [[noreturn]] void refuse_value(const std::string& name, std::size_t begin) const {
        refuse(begin, "'" + name +
                          "' is neither None nor a string nor a tuple of strings; write its value as one of these, "
                          "since the file is not run");
    }

    std::string take_text(const std::string& name, std::size_t begin, bool in_brackets) {
        std::string text;
        do {  // adjacent strings are one
            const auto part = take_string();
            if (!part) refuse_value(name, begin);
            text += *part;
            skip_blank(in_brackets);
        } while (string_begins());
        return text;
    }

    PythonFile::Value take_value(const std::string& name, std::size_t begin) {
        PythonFile::Value value;
        skip_blank(false);
        if (peek() == '(' || peek() == '[') {
            const char close = peek() == '(' ? ')' : ']';
            ++at_;
            value.is_sequence = true;
            take_elements(value, close, name, begin);
            ++at_;
        } else if (string_begins()) {
            value.texts.push_back(take_text(name, begin, false));
            while (peek() == ',') {  // a tuple without parentheses
                value.is_sequence = true;
                ++at_;
                skip_blank(false);
                if (string_begins()) value.texts.push_back(take_text(name, begin, false));
            }
        } else if (word() != "None") {
            refuse_value(name, begin);
        }
        skip_blank(false);
        if (at_ < text_.size() && peek() != '\n' && peek() != '\r' && peek() != '#') refuse_value(name, begin);
        return value;
    }

    void take_elements(PythonFile::Value& value, char close, const std::string& name, std::size_t begin) {
        for (skip_blank(true); peek() != close; skip_blank(true)) {
            if (!string_begins()) refuse_value(name, begin);
            value.texts.push_back(take_text(name, begin, true));
            if (peek() == ',')
                ++at_;
            else if (peek() != close)
                refuse_value(name, begin);
        }
    }

    std::string_view text_;
    const std::string& where_;
    const std::vector<std::string>& variables_;
    std::size_t at_ = 0;
    PythonFile file_;
};

}  // namespace

PythonFile read_python(std::string_view text, const std::string& where, const std::vector<std::string>& variables) {
    return Reader(text, where, variables).run();
}

}  // namespace strata::migrate::adopt
