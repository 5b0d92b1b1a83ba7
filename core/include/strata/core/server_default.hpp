#pragma once

#include <strata/core/value.hpp>

#include <cstdint>
#include <string>
#include <utility>

/// What a model's facts, the schema and a revision all say of a column or a foreign key. A header of its own, so that a
/// revision does not read the query language.
namespace strata::core {

/// What a foreign key does when the referred row goes or changes its key.
enum class ReferentialAction : std::uint8_t { no_action, restrict, cascade, set_null, set_default };

/// A value the database makes: the current time, a constant, or an expression in the database's own SQL.
struct ServerDefault {
    enum class Kind : std::uint8_t { now, literal, sql };
    Kind kind = Kind::sql;
    Value::Kind type = Value::Kind::null;  ///< of a literal
    std::string text;                      ///< a literal in canonical form, or the SQL

    static ServerDefault now() { return {Kind::now, Value::Kind::null, {}}; }
    static ServerDefault literal(const Value& value);
    static ServerDefault sql(std::string text) { return {Kind::sql, Value::Kind::null, std::move(text)}; }
    bool operator==(const ServerDefault&) const = default;
};

}  // namespace strata::core
