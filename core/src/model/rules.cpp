#include <strata/core/internal/text.hpp>
#include <strata/core/internal/value_text.hpp>
#include <strata/core/rules.hpp>

#include <boost/json.hpp>
#include <boost/regex.hpp>

#include <algorithm>

namespace strata::core {

namespace {

/// The text's characters as code points, so that a pattern's `.` is one of them; nothing where it is not UTF-8.
std::optional<std::wstring> code_points(std::string_view text) {
    std::wstring wide;
    wide.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = internal::utf8_length(text);
        if (length == 0) return std::nullopt;
        auto point = static_cast<std::uint32_t>(static_cast<unsigned char>(text[0]));
        if (length > 1) point &= 0xFFU >> (length + 1);
        for (std::size_t i = 1; i < length; ++i) point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
        wide += static_cast<wchar_t>(point);
        text.remove_prefix(length);
    }
    return wide;
}

std::int64_t length_of(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::text:
            return internal::characters(value.chars());
        case Value::Kind::array:
            return static_cast<std::int64_t>(boost::json::parse(value.chars()).as_array().size());
        default:
            return static_cast<std::int64_t>(value.chars().size());
    }
}

bool is_number(Value::Kind kind) {
    return kind == Value::Kind::integer || kind == Value::Kind::real || kind == Value::Kind::numeric;
}

std::partial_ordering compare(const Value& value, const Literal& literal) {
    if (value.kind() != literal.kind && is_number(value.kind())) {  // an input struct's number of another type
        std::string text;
        detail::append_canonical(text, value);
        return Decimal::parse(text) <=> Decimal::parse(literal.text);
    }
    switch (value.kind()) {
        case Value::Kind::real:
            return value.floating() <=> literal.floating;
        case Value::Kind::numeric:
            return Decimal::parse(value.chars()) <=> Decimal::parse(literal.text);
        default:
            return value.number() <=> literal.number;
    }
}

bool is_equal(const Value& value, const Literal& literal) {
    if (value.kind() == Value::Kind::numeric) return compare(value, literal) == 0;
    std::string text;
    detail::append_canonical(text, value);
    return text == literal.text;
}

const char* unit_of(const Value& value, std::int64_t count) {
    if (value.kind() == Value::Kind::text) return count == 1 ? " character" : " characters";
    if (value.kind() == Value::Kind::array) return count == 1 ? " element" : " elements";
    return count == 1 ? " byte" : " bytes";
}

void check_length(const Value& value, std::int64_t shortest, std::int64_t longest, const std::string& path,
                  Violations& found) {
    const std::int64_t length = length_of(value);
    if (length < shortest) {
        const std::string limit = std::to_string(shortest);
        found.push_back(
            {path, "too_short", "must have at least " + limit + unit_of(value, shortest), {{"min", limit}}});
    }
    if (longest >= 0 && length > longest) {
        const std::string limit = std::to_string(longest);
        found.push_back({path, "too_long", "must have at most " + limit + unit_of(value, longest), {{"max", limit}}});
    }
}

void check_range(const Value& value, const Rule& rule, const std::string& path, Violations& found) {
    const bool time = !is_number(value.kind());
    if (rule.low && compare(value, *rule.low) < 0) {
        found.push_back({path,
                         "too_small",
                         (time ? "must not be before " : "must be at least ") + rule.low->text,
                         {{"min", rule.low->text}}});
    }
    if (rule.high && compare(value, *rule.high) > 0) {
        found.push_back({path,
                         "too_large",
                         (time ? "must not be after " : "must be at most ") + rule.high->text,
                         {{"max", rule.high->text}}});
    }
}

void check_choice(const Value& value, const Rule& rule, const std::string& path, Violations& found) {
    if (std::ranges::any_of(rule.choices, [&](const Literal& choice) { return is_equal(value, choice); })) return;
    std::string list;
    for (const Literal& choice : rule.choices) list += (list.empty() ? "" : ", ") + choice.text;
    found.push_back({path, "not_one_of", "must be one of " + list, {{"choices", list}}});
}

void check_decimal(const ColumnFacts& facts, const Value& value, const std::string& path, Violations& found) {
    if (facts.precision == 0) return;
    const auto fits = [&](const Decimal& decimal) {
        return decimal.coefficient() == 0 || decimal.integral_digits() <= facts.precision - facts.scale;
    };
    const Decimal decimal = Decimal::parse(value.chars());
    if (fits(decimal) && fits(decimal.rounded(facts.scale))) return;
    const std::string precision = std::to_string(facts.precision);
    const std::string scale = std::to_string(facts.scale);
    found.push_back({path,
                     "too_many_digits",
                     "must have at most " + precision + " digits, " + scale + " of them after the point",
                     {{"precision", precision}, {"scale", scale}}});
}

}  // namespace

Literal Literal::of(const Value& value) {
    Literal literal{value.kind()};
    if (value.kind() == Value::Kind::real)
        literal.floating = value.floating();
    else if (!value.borrows())
        literal.number = value.number();
    detail::append_canonical(literal.text, value);
    return literal;
}

struct RuleSet::Compiled {
    std::vector<boost::wregex> patterns;
};

RuleSet::RuleSet(const TableInfo& table, std::vector<Rule> rules) : rules_(std::move(rules)), compiled_(new Compiled) {
    try {
        for (const Rule& rule : rules_) {
            if (rule.column && rule.column->table != &table) {
                throw UsageError(std::string("model ") + table.model + ": STRATA_RULES names a column of " +
                                 rule.column->table->name);
            }
            boost::wregex& pattern = compiled_->patterns.emplace_back();
            if (rule.kind == Rule::Kind::pattern) pattern.assign(code_points(rule.text).value_or(L"("));
        }
    } catch (const boost::regex_error&) {
        delete compiled_;
        throw UsageError(std::string("model ") + table.model +
                         ": a pattern() of STRATA_RULES is not a regular expression");
    } catch (...) {
        delete compiled_;
        throw;
    }
}
RuleSet::~RuleSet() { delete compiled_; }

bool RuleSet::about_rows() const noexcept {
    return std::ranges::any_of(rules_, [](const Rule& rule) { return rule.kind == Rule::Kind::custom; });
}

void RuleSet::check(int column, const Value& value, const std::string& path, Violations& found) const {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const Rule& rule = rules_[i];
        if (!rule.column || rule.column->index != column || rule.kind == Rule::Kind::custom) continue;
        if (value.is_null()) {
            if (rule.kind == Rule::Kind::required) found.push_back({path, "null", "must have a value"});
            continue;
        }
        switch (rule.kind) {
            case Rule::Kind::length:
                check_length(value, rule.shortest, rule.longest, path, found);
                break;
            case Rule::Kind::range:
                check_range(value, rule, path, found);
                break;
            case Rule::Kind::not_empty:
                if (length_of(value) == 0) found.push_back({path, "empty", "must not be empty"});
                break;
            case Rule::Kind::one_of:
                check_choice(value, rule, path, found);
                break;
            case Rule::Kind::pattern: {
                bool matches = false;
                if (const std::optional<std::wstring> text = code_points(value.chars())) {
                    try {
                        matches = boost::regex_search(*text, compiled_->patterns[i],
                                                      boost::regex_constants::match_single_line);
                    } catch (const std::runtime_error&) {  // it would take too many steps
                        matches = false;
                    }
                }
                if (!matches)
                    found.push_back({path, "pattern", "must match the pattern " + rule.text, {{"pattern", rule.text}}});
                break;
            }
            case Rule::Kind::required:
            case Rule::Kind::custom:
                break;
        }
    }
}

void RuleSet::check_row(const void* row, const std::string& prefix, Violations& found) const {
    for (const Rule& rule : rules_) {
        if (rule.kind != Rule::Kind::custom || rule.holds(row)) continue;
        std::string path = prefix;
        if (rule.column) {
            if (!path.empty()) path += '.';
            path += rule.column->table->column(rule.column->index).member;
        }
        found.push_back({std::move(path), rule.code, rule.text});
    }
}

void check_column(const TableInfo& table, int column, const Value& value, const std::string& path, Violations& found) {
    const Facts& facts = table.facts();
    const ColumnFacts& of_column = facts.columns[static_cast<std::size_t>(column)];
    if (value.kind() == Value::Kind::text && of_column.max_length > 0)
        check_length(value, 0, of_column.max_length, path, found);
    if (value.kind() == Value::Kind::numeric) check_decimal(of_column, value, path, found);
    if (facts.rules != nullptr) facts.rules->check(column, value, path, found);
}

}  // namespace strata::core
