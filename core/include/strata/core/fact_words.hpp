#pragma once

#include <strata/core/facts.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// The words of STRATA_FACTS. They are function objects so that argument-dependent lookup cannot find std::unique
/// instead.
namespace strata::facts {

namespace on_delete {
inline constexpr auto no_action = core::ReferentialAction::no_action;
inline constexpr auto restrict = core::ReferentialAction::restrict;
inline constexpr auto cascade = core::ReferentialAction::cascade;
inline constexpr auto set_null = core::ReferentialAction::set_null;
inline constexpr auto set_default = core::ReferentialAction::set_default;
}  // namespace on_delete
namespace on_update = on_delete;

/// Several columns as one: `references(columns(a, b), columns(other.a, other.b))`.
inline constexpr auto columns = [](const auto&... column) { return std::vector<core::ColumnRef>{column...}; };

/// `primary_key(artist_tags.artist_id, artist_tags.tag_id)`
inline constexpr auto primary_key = [](const auto&... column) { return core::fact::PrimaryKey{{column...}, {}}; };
/// The table has no key: its rows cannot be got, updated or deleted by one.
inline constexpr auto no_key = [] { return core::fact::NoKey{}; };
/// The database numbers the column, though it is not a key that it generates: an identity column beside the key.
inline constexpr auto numbered = [](const auto& column) { return core::fact::Numbered{column}; };
/// The key is an integer but the application chooses it.
inline constexpr auto not_generated = [](const auto& column) { return core::fact::NotGenerated{column}; };
/// At most this many characters (not bytes).
inline constexpr auto max_length = [](const auto& column, int characters) {
    return core::fact::MaxLength{column, characters};
};
/// NUMERIC(precision, scale).
inline constexpr auto precision = [](const auto& column, int digits, int scale) {
    return core::fact::Precision{column, digits, scale};
};
inline constexpr auto unique = [](const auto&... column) { return core::fact::Unique{{column...}, {}}; };
/// The same with the constraint's name.
inline constexpr auto unique_named = [](std::string name, const auto&... column) {
    return core::fact::Unique{{column...}, std::move(name)};
};
/// The row's version: compared and incremented by every update of a row.
inline constexpr auto version_column = [](const auto& column) { return core::fact::Version{column}; };
/// A stored generated column: `computed(lines.total, "price * quantity")`.
inline constexpr auto computed = [](const auto& column, std::string sql) {
    return core::fact::Computed{column, std::move(sql)};
};

namespace detail {
struct SqlExpression {
    core::ServerDefault operator()(std::string text, core::PerDialect per_dialect = {}) const {
        return core::ServerDefault::sql(std::move(text), std::move(per_dialect));
    }
    core::ServerDefault operator()(core::PerDialect per_dialect) const {
        return core::ServerDefault::sql(std::move(per_dialect));
    }
};
}  // namespace detail

/// The current instant, by the database's clock.
inline constexpr auto now = [] { return core::ServerDefault::now(); };
/// An expression in the database's SQL: `sql("1 + 1")`, or one for each database:
/// `sql({{"sqlite", "lower(hex(randomblob(8)))"}, {"postgresql", "md5(random()::text)"}})`. With a text before the list
/// the databases that it does not name take that.
inline constexpr detail::SqlExpression sql{};
/// A constant for which C++ has no literal, in canonical form: `literal(Kind::date, "2026-11-20")`.
using Kind = core::Value::Kind;
inline constexpr auto literal = [](Kind kind, std::string canonical) {
    return core::ServerDefault{core::ServerDefault::Kind::literal, kind, std::move(canonical)};
};

namespace detail {
template <class T>
struct WithoutOptional {
    using type = T;
};
template <class T>
struct WithoutOptional<std::optional<T>> {
    using type = T;
};
struct ServerDefaultFact {
    template <class Source, class T>
    core::fact::Default operator()(const core::Column<Source, T>& column, core::ServerDefault value) const {
        return {column, std::move(value)};
    }
    /// A constant of the column's type, or one that converts to it without loss: `"none"` for text, `0` for any
    /// integer.
    template <class Source, class T, class V>
        requires(!std::same_as<V, core::ServerDefault>)
    core::fact::Default operator()(const core::Column<Source, T>& column, const V& constant) const {
        using Plain = typename WithoutOptional<T>::type;
        constexpr bool fits = std::convertible_to<const V&, Plain> &&
                              !(std::integral<Plain> && std::floating_point<V>) &&
                              std::same_as<Plain, bool> == std::same_as<V, bool>;
        static_assert(fits, "strata: a server default is a constant of the column's type, now() or sql(...)");
        if constexpr (fits && core::column_type<Plain>) {  // the model reports any other type
            const Plain value = constant;
            core::Scratch scratch;
            return {column, core::ServerDefault::literal(core::type_of<Plain>::info.view(&value, scratch))};
        } else {
            return {column, {}};
        }
    }
};
/// The C++ value that a function of the model makes, as the column's.
template <class T, class V>
core::Value made_value(V&& made, core::Scratch& scratch) {
    const T value(std::forward<V>(made));
    return core::detail::keep(core::type_of<T>::info.view(&value, scratch), scratch);
}
template <class F>
inline constexpr bool stateless = std::is_empty_v<F> && std::is_default_constructible_v<F>;
struct ReferencesFact {
    template <class S, class T, class R, class U>
    core::fact::References operator()(const core::Column<S, T>& column, const core::Column<R, U>& referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {{column}, {referred}, deleted, updated, {}};
    }
    core::fact::References operator()(std::vector<core::ColumnRef> columns, std::vector<core::ColumnRef> referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {std::move(columns), std::move(referred), deleted, updated, {}};
    }
    /// To a table that is named instead of its model: one that has no model here, or whose model need not be known.
    template <class S, class T>
    core::fact::References operator()(const core::Column<S, T>& column, core::QualifiedName table, std::string referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {{column}, {}, deleted, updated, {}, std::move(table), {std::move(referred)}};
    }
    core::fact::References operator()(std::vector<core::ColumnRef> columns, core::QualifiedName table,
                                      std::vector<std::string> referred,
                                      core::ReferentialAction deleted = on_delete::no_action,
                                      core::ReferentialAction updated = on_delete::no_action) const {
        return {std::move(columns), {}, deleted, updated, {}, std::move(table), std::move(referred)};
    }
};
}  // namespace detail

/// What an insert of a row writes where the row's member holds nothing (it is unset, NULL, zero or empty), and
/// insert_into() where the column is not assigned: `client_default(users.id, [] { return strata::Uuid::random(); })`.
inline constexpr auto client_default = []<class Source, class T, class F>(const core::Column<Source, T>& column, F) {
    using Plain = typename core::detail::Bare<T>::type;
    constexpr bool fits = detail::stateless<F> && std::is_invocable_r_v<Plain, F>;
    static_assert(fits,
                  "strata: a client default is a lambda without captures that returns a value of the column's type");
    if constexpr (fits) {
        return core::fact::ClientDefault{
            column, [](core::Scratch& scratch) { return detail::made_value<Plain>(F{}(), scratch); }};
    } else {
        return core::fact::ClientDefault{column, nullptr};
    }
};
/// What every insert and update of a row writes into the column, made from the row; sets are not rows:
/// `computed_on_write(songs.slug, [](const Song& song) { return slug_of(song.title); })`.
inline constexpr auto computed_on_write = []<class Source, class T, class F>(const core::Column<Source, T>& column, F) {
    using Plain = typename core::detail::Bare<T>::type;
    constexpr bool fits = detail::stateless<F> && std::is_invocable_r_v<Plain, F, const Source&>;
    static_assert(
        fits,
        "strata: computed_on_write() takes a lambda without captures from the row to a value of the column's type");
    if constexpr (fits) {
        return core::fact::ComputedOnWrite{column, [](const void* row, core::Scratch& scratch) {
                                               return detail::made_value<Plain>(F{}(*static_cast<const Source*>(row)),
                                                                                scratch);
                                           }};
    } else {
        return core::fact::ComputedOnWrite{column, nullptr};
    }
};
/// What the database writes when an insert does not give a value: `server_default(songs.created_at, now())`, or a
/// constant.
inline constexpr detail::ServerDefaultFact server_default{};
/// A foreign key: `references(songs.user_id, users.id, on_delete::set_null)`; third and fourth are ON DELETE and ON
/// UPDATE. A table without a model here is named: `references(songs.user_id, "users", "id")`.
inline constexpr detail::ReferencesFact references{};
/// What every update of a row writes unless it assigns the column: `set_on_update(songs.updated_at, now())`.
inline constexpr auto set_on_update = [](const auto& column, core::ServerDefault value) {
    return core::fact::SetOnUpdate{column, std::move(value)};
};

}  // namespace strata::facts
