#pragma once

#include <strata/core/qualified_name.hpp>
#include <strata/core/value.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::schema {

/// A value written in a model's list of rows or in a revision; it owns its text.
struct Literal {
    core::Value::Kind kind = core::Value::Kind::null;
    std::int64_t number = 0;
    double floating = 0;
    std::string chars;

    Literal() = default;
    Literal(std::nullptr_t) {}
    Literal(bool value) : kind(core::Value::Kind::boolean), number(value ? 1 : 0) {}
    template <class T>
        requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
    Literal(T value) : kind(core::Value::Kind::integer), number(static_cast<std::int64_t>(value)) {}
    Literal(double value) : kind(core::Value::Kind::real), floating(value) {}
    Literal(std::string value) : kind(core::Value::Kind::text), chars(std::move(value)) {}
    Literal(const char* value) : Literal(std::string(value)) {}
    [[nodiscard]] core::Value value() const;
    bool operator==(const Literal&) const = default;
};

/// Rows that belong to the schema, such as a list of genres, told apart by the table's primary key. Dates, times, UUIDs
/// and decimals are text.
struct SeedRows {
    core::QualifiedName table{};
    std::vector<std::string> key{};      ///< columns of the primary key; they are among `columns`
    std::vector<std::string> columns{};  ///< those whose values are given
    std::vector<std::vector<Literal>> rows{};

    /// The row's values of these columns, in their order. A column that is not given is NULL.
    [[nodiscard]] std::vector<Literal> values(const std::vector<Literal>& row,
                                              const std::vector<std::string>& of_columns) const;
    [[nodiscard]] std::vector<Literal> key_of(const std::vector<Literal>& row) const { return values(row, key); }
    /// The row that has this key, or null.
    [[nodiscard]] const std::vector<Literal>* find(const std::vector<Literal>& key_values) const;
    bool operator==(const SeedRows&) const = default;
};

}  // namespace strata::schema
