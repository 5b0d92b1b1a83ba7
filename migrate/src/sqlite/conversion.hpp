#pragma once

#include <strata/schema/ddl.hpp>

#include <string>

namespace strata::migrate::sqlite {

/// How a column's old values become values of its new type. SQLite stores whatever it is given, so the predicates find
/// what PostgreSQL would refuse: a row for which one is false holds a value that would not survive.
struct Conversion {
    std::string expression;  ///< SQL expression over the old row
    std::string before;      ///< predicate over the old row; empty when nothing can go wrong
    std::string after;       ///< predicate over the new row; empty when nothing can go wrong
};

/// Throws MigrationError when the types have no implicit conversion, so that the revision must give an expression.
[[nodiscard]] Conversion conversion(const schema::DdlCompiler& ddl, const std::string& table, const std::string& column,
                                    const schema::Type& from, const schema::Type& to);

}  // namespace strata::migrate::sqlite
