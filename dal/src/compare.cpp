#include <strata/core/error.hpp>
#include <strata/core/internal/canonical.hpp>
#include <strata/dal/compare.hpp>

namespace strata::dal::detail {

void RowList::begin_row() {
    row_ = "[";
    missing_ = false;
}

void RowList::add(const core::TypeInfo& type, const void* object) {
    core::Scratch scratch;
    const core::Value value = type.view(object, scratch);
    missing_ = missing_ || value.is_null();
    if (row_.size() > 1) row_ += ',';
    core::internal::append_array_item(row_, value);
}

void RowList::end_row() {
    if (missing_) return;
    if (rows_.size() > 1) rows_ += ',';
    rows_ += row_;
    rows_ += ']';
}

void RowList::finish(Fragment& fragment, bool negated) {
    rows_ += ']';
    fragment.bind(core::type_of<Json>::info, core::Value::json(rows_), {});
    fragment.push(Op::in_rows, 0, negated ? 1 : 0);
}

namespace {

[[noreturn]] void fail(const char* reason) {
    throw UsageError(std::string("a regular expression ") + reason +
                     "; docs/expressions.md lists what both databases read");
}

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads the pattern from left to right. Each method starts at what it is about and ends after it.
class RegexChecker {
public:
    explicit RegexChecker(std::string_view pattern) : text_(pattern) {}

    void check() {
        while (at_ < text_.size()) item();
        if (depth_ != 0) fail("has a ( without its )");
    }

private:
    [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void item() {
        const char c = text_[at_++];
        if (c == '\\') {
            escape();
            repeatable_ = true;
        } else if (c == '[') {
            set();
            repeatable_ = true;
        } else if (c == '(') {
            group();
        } else if (c == ')') {
            if (depth_-- == 0) fail("has a ) without its (");
            repeatable_ = true;
        } else if (c == '*' || c == '+' || c == '?') {
            quantified();
        } else if (c == '{') {
            bounds();
            quantified();
        } else if (c == '}' || c == ']') {
            fail("has a bracket without its opening one");
        } else {
            repeatable_ = c != '^' && c != '$' && c != '|';
        }
    }

    void escape() {
        constexpr std::string_view letters = "dwsDWSnrt";
        const char c = now();
        if (c == '\0') fail("ends in a backslash");
        if (is_alphanumeric(c) && letters.find(c) == std::string_view::npos)
            fail("has an escape other than \\d \\w \\s \\n \\r \\t");
        ++at_;
    }

    void set() {
        if (now() == '^') ++at_;
        if (now() == ']') ++at_;
        while (now() != ']') {
            if (at_ >= text_.size()) fail("has a [ without its ]");
            if (text_.substr(at_).starts_with("[:")) {
                named_class();
            } else if (now() == '[') {
                fail("has a [ in a [...]; write \\[");
            } else if (text_[at_++] == '\\') {
                escape();
            }
        }
        ++at_;
    }
    void named_class() {
        constexpr std::string_view names[] = {"alpha", "digit", "alnum", "upper", "lower", "space", "punct", "xdigit"};
        const auto end = text_.find(":]", at_);
        const std::string_view name = end == std::string_view::npos ? "" : text_.substr(at_ + 2, end - at_ - 2);
        bool known = false;
        for (const std::string_view one : names) known = known || one == name;
        if (!known) fail("has an unknown class [:...:]");
        at_ = end + 2;
    }

    void group() {
        ++depth_;
        repeatable_ = false;
        if (now() != '?') return;
        const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (kind != ':' && kind != '=' && kind != '!')
            fail("has a group other than (...), (?:...), (?=...) and (?!...)");
        at_ += 2;
    }

    void bounds() {
        int numbers[2] = {-1, -1};
        int which = 0;
        for (; now() != '}'; ++at_) {
            const char c = now();
            if (c == ',' && which == 0 && numbers[0] >= 0) {
                ++which;
            } else if (c >= '0' && c <= '9' && numbers[which] < 256) {
                numbers[which] = (numbers[which] < 0 ? 0 : numbers[which] * 10) + (c - '0');
            } else {
                fail("has a { that is not {n}, {n,} or {n,m}");
            }
        }
        ++at_;
        if (numbers[0] < 0 || numbers[0] > 255 || numbers[1] > 255 || (numbers[1] >= 0 && numbers[1] < numbers[0]))
            fail("has bounds that are not between 0 and 255");
    }

    void quantified() {
        if (!repeatable_) fail("repeats what cannot be repeated");
        repeatable_ = false;
        if (now() == '?') ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool repeatable_ = false;
};

}  // namespace

void check_regex(std::string_view pattern) { RegexChecker(pattern).check(); }

}  // namespace strata::dal::detail
