#pragma once

#include <strata/schema/ddl.hpp>

#include <string>

namespace strata::migrate::sqlite {

/// How a column's old values become values of its new type. SQLite stores what it is given, so what PostgreSQL would
/// refuse is looked for: a row for which a predicate is false holds a value that would not survive.
struct Conversion {
    std::string expression;  ///< SQL over the old row
    std::string before;      ///< predicate over the old row; empty when nothing can go wrong
    std::string after;       ///< predicate over the new row; empty when nothing can go wrong
};

/// Throws MigrationError when there is no conversion between the types that needs no words.
[[nodiscard]] Conversion conversion(const schema::DdlCompiler& ddl, const std::string& table, const std::string& column,
                                    const schema::Type& from, const schema::Type& to);

}  // namespace strata::migrate::sqlite
