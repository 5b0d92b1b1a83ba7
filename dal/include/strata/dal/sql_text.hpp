#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace strata::dal {

/// The text of raw SQL: a literal, so that no value can be pasted into it.
class SqlText {
public:
    template <std::size_t N>
    consteval SqlText(const char (&literal)[N]) : text_(literal, N - 1) {}  // NOLINT(google-explicit-constructor)
    /// Says what to do where the text is not a literal.
    template <class S>
        requires(std::convertible_to<const S&, std::string_view> && !std::is_array_v<S>)
    SqlText(const S& /*text*/) {  // NOLINT(google-explicit-constructor)
        static_assert(!sizeof(S),
                      "strata: raw SQL is a string literal, with ? for values, or unchecked_sql(text) for text that is "
                      "made at run time");
    }

    [[nodiscard]] constexpr std::string_view view() const noexcept { return text_; }

private:
    friend class UncheckedSql;
    struct AtRunTime {};
    SqlText(AtRunTime, std::string_view text) noexcept : text_(text) {}

    std::string_view text_;
};

/// Raw SQL that is made at run time. Nothing looks for values in it: they belong into placeholders.
class UncheckedSql {
public:
    explicit UncheckedSql(std::string text) noexcept : text_(std::move(text)) {}
    operator SqlText() const noexcept {  // NOLINT(google-explicit-constructor)
        return {SqlText::AtRunTime(), text_};
    }

private:
    std::string text_;
};
[[nodiscard]] inline UncheckedSql unchecked_sql(std::string text) noexcept { return UncheckedSql(std::move(text)); }

}  // namespace strata::dal

namespace strata {
using dal::unchecked_sql;
}
