#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace strata::schema {

/// The schema in which the connection makes a table whose name is not qualified: "main" on SQLite, the first of the
/// search_path that exists on PostgreSQL. Throws UsageError where there is none.
[[nodiscard]] std::string current_schema(core::Connection& connection);
/// Whether that very schema has a table of this name; others of the search_path are not looked at.
[[nodiscard]] bool has_table(core::Connection& connection, const std::string& schema, std::string_view name);

/// Reads the shape of the database behind the connection (on PostgreSQL: of the first schema of the search path), in a
/// few queries whatever the number of tables. Strata's own version table is left out; what the vocabulary has no word
/// for is listed in `not_compared` of the table or of the whole.
[[nodiscard]] MetaData reflect(core::Connection& connection);

/// Whether an expression (CHECK, default, predicate) means the same to the database. PostgreSQL is asked, in a
/// transaction that is rolled back, with a temporary table like `table`; SQLite's are compared by their tokens.
class ExpressionComparer {
public:
    virtual ~ExpressionComparer() = default;
    /// What stands where `expression` does; it decides how the database is asked.
    enum class Role { check, server_default, index_element, index_predicate, computed };
    [[nodiscard]] virtual bool equal(const Table& table, Role role, const std::string& column, const std::string& left,
                                     const std::string& right) = 0;
};
[[nodiscard]] std::unique_ptr<ExpressionComparer> expression_comparer(core::Connection& connection);
/// The comparison by tokens, for use without a database.
[[nodiscard]] std::unique_ptr<ExpressionComparer> token_comparer();

}  // namespace strata::schema
