#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace strata::schema {

/// The schema in which the connection creates a table whose name is not qualified: "main" on SQLite, on PostgreSQL the
/// first schema of the search_path that exists. Throws UsageError when there is none.
[[nodiscard]] std::string current_schema(core::Connection& connection);
/// Whether this schema has a table of this name; other schemas of the search_path are not searched.
[[nodiscard]] bool has_table(core::Connection& connection, const std::string& schema, std::string_view name);
/// The names of all schemas, the server's own included; on SQLite only "main".
[[nodiscard]] std::vector<std::string> schema_names(core::Connection& connection);
/// Throws UsageError for the first of the schemas that is not among `known`, and names the one of these that it may be
/// meant for.
void check_schema_names(const std::vector<std::string>& schemas, const std::vector<std::string>& known);

/// Reads the shape of the connected database (on PostgreSQL: of the first schema of the search path), in a few queries
/// whatever the number of tables. Strata's own version table is left out; what the vocabulary cannot express is listed
/// in `unmanaged` of the table or of the MetaData.
[[nodiscard]] MetaData reflect(core::Connection& connection);

struct ReflectOptions {
    /// The schemas to read, on PostgreSQL; empty: the current one. What is in the current schema has a name without a
    /// schema. Reading throws UsageError for one that does not exist, unless `missing_schemas` is set.
    std::vector<std::string> schemas{};
    bool all_schemas = false;  ///< every schema but the server's own
    /// Only what has a name that fits one of these patterns (`*` is any text, `?` any character), with or without its
    /// schema, what belongs to such a table (triggers, rules, policies), and all that these need to be created. A table
    /// that foreign keys refer to is not among that, but named in the notes. Empty: everything.
    std::vector<std::string> names{};
    /// Only what is of one of these kinds, and all that it needs. Empty: everything.
    std::vector<ObjectKind> kinds{};
    /// Also owners and privileges, on PostgreSQL.
    bool privileges = false;
    bool missing_schemas = false;  ///< whether one of `schemas` may be missing
};
[[nodiscard]] MetaData reflect(core::Connection& connection, const ReflectOptions& options);

/// What the connection's role may not see or use of these schemas, and why: what reflect() notes.
[[nodiscard]] UnmanagedList reflection_notes(core::Connection& connection, const ReflectOptions& options);

/// The columns of these tables, which exist, whose rows or defaults have values in another form than the one that
/// Strata writes, so that comparisons miss them, with the statements that mend them. SQLite keeps dates, times and
/// UUIDs as the text that a program wrote; on PostgreSQL there are none. Reads all rows of the tables that have such
/// columns.
[[nodiscard]] UnmanagedList other_forms(core::Connection& connection, const MetaData& metadata);

/// The columns of views and materialized views, for models that read them. SQLite knows of them no more than their
/// names and types.
[[nodiscard]] std::map<QualifiedName, std::vector<Column>> view_columns(core::Connection& connection,
                                                                        const ReflectOptions& options);

/// Compares two SQL expressions (CHECK, default, predicate) by what they mean to the database. PostgreSQL is asked, in
/// a transaction that is rolled back, with a temporary copy of `table`; on SQLite the tokens are compared.
class ExpressionComparer {
public:
    virtual ~ExpressionComparer() = default;
    /// Where the expression is used; it decides how the database is asked.
    enum class Role { check, server_default, index_element, index_predicate, computed, type };
    [[nodiscard]] virtual bool equal(const Table& table, Role role, const std::string& column, const std::string& left,
                                     const std::string& right) = 0;
    /// Whether an object of the database is what a definition says: by their texts, but for white space and case, and
    /// a view on PostgreSQL by how the server prints both.
    [[nodiscard]] virtual bool same_object(const Object& stored, const Object& wanted);
};
[[nodiscard]] std::unique_ptr<ExpressionComparer> expression_comparer(core::Connection& connection);
/// Compares by tokens, without a database.
[[nodiscard]] std::unique_ptr<ExpressionComparer> token_comparer();

}  // namespace strata::schema
