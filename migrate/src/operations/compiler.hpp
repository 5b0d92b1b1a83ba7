#pragma once

#include "examination.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compiler.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// The parts that the operation compilers of both databases share.
namespace strata::migrate::detail {

/// A compiler that knows its dialect, and what else migrations do differently on each database.
class DialectOperationCompiler : public OperationCompiler {
public:
    [[nodiscard]] virtual const core::Dialect& dialect() const = 0;
    /// What a plan needs to know of the connected database's shape beside the metadata.
    [[nodiscard]] virtual Snapshot read_shape(core::Connection& connection) const = 0;
    /// Whether the database keeps statements as text, so that its shape is more than the metadata. A shape follows what
    /// the user's own SQL does to it then.
    [[nodiscard]] virtual bool keeps_text() const noexcept { return false; }
    /// The metadata of a shape that has followed the user's SQL.
    [[nodiscard]] virtual schema::MetaData metadata_of(const Snapshot& shape) const { return shape.metadata; }
    /// Whether a foreign key may refer to what is not there, so that a revision runs that makes such a one.
    [[nodiscard]] virtual bool allows_dangling_keys() const noexcept { return false; }
    /// The names of the table's constraints that are names of relations too, so that no table or index may have them.
    [[nodiscard]] virtual std::vector<std::string> names_of_constraints(const schema::Table&) const { return {}; }
    /// Statements of a script that fail unless the version table, quoted, names just these revisions.
    [[nodiscard]] virtual std::vector<Statement> expect_versions(const std::string& table,
                                                                 std::vector<std::string> ids) const = 0;
    /// An expression for who is connected: the database's user or, where it has none, the operating system's.
    [[nodiscard]] virtual std::string user_sql() const = 0;
    /// The same for a script, which somebody else runs.
    [[nodiscard]] virtual std::string script_user_sql() const { return user_sql(); }
    [[nodiscard]] virtual bool has_schemas() const noexcept { return true; }
    /// The URL for work in one schema of the database, which alone is searched for names. Throws UsageError where
    /// databases have no schemas.
    [[nodiscard]] virtual core::Url in_schema(const core::Url& url, const std::string& schema) const = 0;
    /// What is there, and what stands in the way of migrations: version, rights, where names are looked up. Only reads.
    [[nodiscard]] virtual Examination examine(core::Connection& connection) const = 0;
    /// Whether a database that could not be connected to may let us in a moment later, with nothing changed by anybody.
    [[nodiscard]] virtual bool may_come_up(const ConnectionError& error) const { return error.retryable(); }
    /// The statements of a script, each without its semicolon, as the database's own client parts them.
    [[nodiscard]] virtual std::vector<std::string_view> statements_of(std::string_view script) const = 0;
    /// Makes a relative file path in the URL relative to the folder; does nothing where databases are not files.
    virtual void start_at(core::Url&, const std::filesystem::path&) const {}
};
[[nodiscard]] const DialectOperationCompiler& dialect_compiler(const core::Dialect& dialect);

/// The user's SQL for this database; no statement when it is written for other databases only.
[[nodiscard]] std::vector<Statement> compile_execute(const Execute& operation, const core::Dialect& dialect);
/// The rows as one INSERT; no statement for no rows. Throws MigrationError for a row with another number of values than
/// there are columns.
[[nodiscard]] std::vector<Statement> compile_rows(const BulkInsert& operation, const core::Dialect& dialect);
[[nodiscard]] std::vector<Statement> compile_callback(const Run& operation);
/// The UPDATE that fills a column.
[[nodiscard]] std::string compile_fill(const Fill& operation, const core::Dialect& dialect);

/// The table of an operation, and its column. If it does not exist, throws MigrationError; in an opaque history (the
/// user's own SQL may have created it) returns one that has only the name.
[[nodiscard]] schema::Table table_in(const schema::MetaData& state, const schema::QualifiedName& name, bool opaque);
[[nodiscard]] schema::Column column_in(const schema::Table& table, const std::string& name, bool opaque);
/// Applies the operation to the state. After the user's own SQL or code the history is opaque: one that does not fit
/// the state is passed over then, since they may have made it fit; otherwise throws MigrationError.
void advance(schema::MetaData& state, const Operation& operation, bool& opaque);

}  // namespace strata::migrate::detail

namespace strata::migrate::sqlite {
const detail::DialectOperationCompiler& operation_compiler();
}
namespace strata::migrate::postgresql {
const detail::DialectOperationCompiler& operation_compiler();
}
