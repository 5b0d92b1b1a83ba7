#pragma once

#include <strata/core/model.hpp>
#include <strata/core/violation.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace strata::core {

/// A constant that rules compare with; it owns its text.
struct Literal {
    Value::Kind kind = Value::Kind::null;
    std::int64_t number = 0;
    double floating = 0;
    std::string text;  ///< in canonical form

    static Literal of(const Value& value);
};

/// One rule about a column, or about a whole row.
struct Rule {
    enum class Kind : std::uint8_t { length, range, pattern, not_empty, required, one_of, custom };
    Kind kind;
    std::optional<ColumnRef> column{};  ///< none: the row
    std::int64_t shortest = 0;
    std::int64_t longest = -1;  ///< -1: no limit
    std::optional<Literal> low{};
    std::optional<Literal> high{};
    std::string text{};  ///< the pattern, or what a custom rule says
    std::vector<Literal> choices{};
    std::string code{};                        ///< of a custom rule
    bool (*holds)(const void* row) = nullptr;  ///< of a custom rule
};

/// The rules of a model, as STRATA_RULES lists them. Static, immutable, thread safe.
class RuleSet {
public:
    /// Throws UsageError for a column of another table and for a pattern that is none.
    RuleSet(const TableInfo& table, std::vector<Rule> rules);
    RuleSet(const RuleSet&) = delete;
    RuleSet& operator=(const RuleSet&) = delete;
    ~RuleSet();

    [[nodiscard]] const std::vector<Rule>& all() const noexcept { return rules_; }
    /// Whether a rule looks at whole rows.
    [[nodiscard]] bool about_rows() const noexcept;
    /// Adds what the rules of a column refuse in a value.
    void check(int column, const Value& value, const std::string& path, Violations& found) const;
    /// Adds what the rules about whole rows refuse, with paths that begin with `prefix`.
    void check_row(const void* row, const std::string& prefix, Violations& found) const;

private:
    struct Compiled;
    std::vector<Rule> rules_;
    Compiled* compiled_;  // one pattern per rule
};

/// Adds what the facts and the rules of a column refuse in a value that is to be written.
void check_column(const TableInfo& table, int column, const Value& value, const std::string& path, Violations& found);

namespace detail {

/// A constant as a value of the column's type.
template <class T, class V>
Literal literal(const V& constant) {
    using Plain = typename Bare<T>::type;
    constexpr bool fits = std::convertible_to<const V&, Plain> && !(std::integral<Plain> && std::floating_point<V>) &&
                          std::same_as<Plain, bool> == std::same_as<V, bool>;
    static_assert(fits, "strata: a rule compares with constants of the column's type");
    if constexpr (fits && column_type<Plain>) {
        const Plain value = constant;
        Scratch scratch;
        return Literal::of(type_of<Plain>::info.view(&value, scratch));
    } else {
        return {};
    }
}

template <class T>
inline constexpr TypeKind rule_kind = type_of<typename Bare<T>::type>::kind;
constexpr bool has_length(TypeKind kind) {
    return kind == TypeKind::text || kind == TypeKind::bytes || kind == TypeKind::array;
}
constexpr bool has_order(TypeKind kind) {
    return kind != TypeKind::boolean && kind != TypeKind::text && kind != TypeKind::bytes && kind != TypeKind::uuid &&
           kind != TypeKind::json && kind != TypeKind::array && kind != TypeKind::enumeration;
}

template <class Call>
struct RowOfCall {};
template <class Call, class Model>
struct RowOfCall<bool (Call::*)(const Model&) const> {
    using type = Model;
    static bool holds(const void* row) { return Call()(*static_cast<const Model*>(row)); }
};

}  // namespace detail
}  // namespace strata::core

/// The words of STRATA_RULES.
namespace strata::rules {

namespace detail {
struct LengthRule {
    template <class S, class T>
    core::Rule operator()(const core::Column<S, T>& column, std::int64_t shortest, std::int64_t longest = -1) const {
        static_assert(core::detail::has_length(core::detail::rule_kind<T>),
                      "strata: length() is a rule about a text, bytes or an array");
        return {.kind = core::Rule::Kind::length, .column = column, .shortest = shortest, .longest = longest};
    }
};
struct RangeRule {
    template <class S, class T, class Low, class High>
    core::Rule operator()(const core::Column<S, T>& column, const Low& low, const High& high) const {
        return make(column, core::detail::literal<T>(low), core::detail::literal<T>(high));
    }
    template <class S, class T>
    static core::Rule make(const core::Column<S, T>& column, std::optional<core::Literal> low,
                           std::optional<core::Literal> high) {
        static_assert(core::detail::has_order(core::detail::rule_kind<T>),
                      "strata: a range is a rule about a number, a date or a time");
        return {.kind = core::Rule::Kind::range, .column = column, .low = std::move(low), .high = std::move(high)};
    }
};
struct AtLeastRule {
    template <class S, class T, class Low>
    core::Rule operator()(const core::Column<S, T>& column, const Low& low) const {
        return RangeRule::make(column, core::detail::literal<T>(low), std::nullopt);
    }
};
struct AtMostRule {
    template <class S, class T, class High>
    core::Rule operator()(const core::Column<S, T>& column, const High& high) const {
        return RangeRule::make(column, std::nullopt, core::detail::literal<T>(high));
    }
};
struct PatternRule {
    template <class S, class T>
    core::Rule operator()(const core::Column<S, T>& column, std::string expression) const {
        static_assert(core::detail::rule_kind<T> == core::TypeKind::text, "strata: pattern() is a rule about a text");
        return {.kind = core::Rule::Kind::pattern, .column = column, .text = std::move(expression)};
    }
};
struct NotEmptyRule {
    template <class S, class T>
    core::Rule operator()(const core::Column<S, T>& column) const {
        static_assert(core::detail::has_length(core::detail::rule_kind<T>),
                      "strata: not_empty() is a rule about a text, bytes or an array");
        return {.kind = core::Rule::Kind::not_empty, .column = column};
    }
};
struct RequiredRule {
    template <class S, class T>
    core::Rule operator()(const core::Column<S, T>& column) const {
        static_assert(core::detail::is_optional<T>,
                      "strata: required() is a rule about a column that can be NULL; any other has a value");
        return {.kind = core::Rule::Kind::required, .column = column};
    }
};
struct OneOfRule {
    template <class S, class T, class V>
    core::Rule operator()(const core::Column<S, T>& column, std::initializer_list<V> choices) const {
        core::Rule rule{.kind = core::Rule::Kind::one_of, .column = column};
        for (const V& choice : choices) rule.choices.push_back(core::detail::literal<T>(choice));
        return rule;
    }
};
struct CustomRule {
    /// About a row.
    template <class Call>
    core::Rule operator()(std::string code, std::string message, Call) const {
        core::Rule rule{.kind = core::Rule::Kind::custom, .text = std::move(message), .code = std::move(code)};
        constexpr bool fits =
            requires { typename core::detail::RowOfCall<decltype(&Call::operator())>::type; } && std::is_empty_v<Call>;
        static_assert(fits, "strata: custom() takes [](const Model& row) { return ...; } without captures");
        if constexpr (fits) rule.holds = &core::detail::RowOfCall<decltype(&Call::operator())>::holds;
        return rule;
    }
    /// The same, reported at a column.
    template <class S, class T, class Call>
    core::Rule operator()(const core::Column<S, T>& column, std::string code, std::string message, Call call) const {
        core::Rule rule = (*this)(std::move(code), std::move(message), call);
        rule.column = column;
        return rule;
    }
};
}  // namespace detail

/// A text of so many characters, bytes of so many bytes, an array of so many elements: `length(users.email, 3, 255)`.
[[maybe_unused]] inline constexpr detail::LengthRule length{};
/// Both bounds are allowed values: `range(songs.rating, 0, 5)`.
[[maybe_unused]] inline constexpr detail::RangeRule range{};
[[maybe_unused]] inline constexpr detail::AtLeastRule at_least{};
[[maybe_unused]] inline constexpr detail::AtMostRule at_most{};
/// A regular expression (Perl's, as JSON Schema has them) that some part of the text matches; `^` and `$` are the ends
/// of the text.
[[maybe_unused]] inline constexpr detail::PatternRule pattern{};
[[maybe_unused]] inline constexpr detail::NotEmptyRule not_empty{};
/// A column that can be NULL must have a value all the same.
[[maybe_unused]] inline constexpr detail::RequiredRule required{};
[[maybe_unused]] inline constexpr detail::OneOfRule one_of{};
/// `custom("ends_after_start", "must end after it starts", [](const Event& e) { return e.ends > e.starts; })`, with a
/// column before it where it is about that.
[[maybe_unused]] inline constexpr detail::CustomRule custom{};

}  // namespace strata::rules

/// The rules that a row must keep to, checked by dal::validate() and before the DAL writes one (strata::rules has the
/// words). Place it after the model's STRATA_FACTS, in the same header.
#define STRATA_RULES(TABLE, ...)                                                                                      \
    inline const ::strata::core::RuleSet* strata_rules(const STRATA_PP_CAT(TABLE, _strata_table) < false >            \
                                                       ::strata_model * strata_row) {                                 \
        using ::strata::rules::length, ::strata::rules::range, ::strata::rules::at_least, ::strata::rules::at_most,   \
            ::strata::rules::pattern, ::strata::rules::not_empty, ::strata::rules::required, ::strata::rules::one_of, \
            ::strata::rules::custom;                                                                                  \
        static const ::strata::core::RuleSet strata_set(::strata::core::table_of(strata_row),                         \
                                                        ::std::vector<::strata::core::Rule>{__VA_ARGS__});            \
        return &strata_set;                                                                                           \
    }
