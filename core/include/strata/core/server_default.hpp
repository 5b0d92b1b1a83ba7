#pragma once

#include <strata/core/value.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Vocabulary for columns and foreign keys that models' facts, the schema and revisions share. It has a header of its
/// own so that a revision does not read the query language.
namespace strata::core {

/// What a foreign key does when the referred row is deleted or its key changes.
enum class ReferentialAction : std::uint8_t { no_action, restrict, cascade, set_null, set_default };

/// SQL per database: the name of each, "sqlite" or "postgresql", and its text.
using PerDialect = std::vector<std::pair<std::string, std::string>>;

/// A value that the database generates: the current time, a constant, or an expression in the database's own SQL.
struct ServerDefault {
    enum class Kind : std::uint8_t { now, literal, sql };
    Kind kind = Kind::sql;
    Value::Kind type = Value::Kind::null;  ///< of a literal
    std::string text;                      ///< a literal in canonical form, or the SQL
    /// Of an expression: the SQL on the databases that are named here. The others take `text`; where that is empty
    /// there is none for them, and what needs one is refused.
    PerDialect per_dialect{};

    static ServerDefault now() { return {Kind::now, Value::Kind::null, {}}; }
    static ServerDefault literal(const Value& value);
    static ServerDefault sql(std::string text, PerDialect per_dialect = {}) {
        return {Kind::sql, Value::Kind::null, std::move(text), std::move(per_dialect)};
    }
    static ServerDefault sql(PerDialect per_dialect) { return sql(std::string(), std::move(per_dialect)); }
    bool operator==(const ServerDefault&) const = default;
};

}  // namespace strata::core
