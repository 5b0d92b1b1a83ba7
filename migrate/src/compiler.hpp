#pragma once

#include <strata/core/dialect.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compiler.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// What the compilers of both databases share.
namespace strata::migrate::detail {

/// A compiler that knows whose it is, and what else migrations do in another way on each database.
class DialectOperationCompiler : public OperationCompiler {
public:
    [[nodiscard]] virtual const core::Dialect& dialect() const = 0;
    /// Makes a file's relative path in a URL start at a folder; nothing where databases are not files.
    virtual void start_at(core::Url&, const std::filesystem::path&) const {}
};
[[nodiscard]] const DialectOperationCompiler& dialect_compiler(const core::Dialect& dialect);

/// The user's SQL for this database; none when it is written for others only.
[[nodiscard]] std::vector<Step> compile_execute(const Execute& operation, const core::Dialect& dialect);
/// The rows as one INSERT; nothing for no rows. Throws MigrationError for a row of another length than the columns.
[[nodiscard]] std::vector<Step> compile_rows(const BulkInsert& operation, const core::Dialect& dialect);

/// The table an operation is about, and its column. What is not there throws MigrationError, or is only a name when the
/// history is opaque (SQL of the user's own may have made it).
[[nodiscard]] schema::Table table_in(const schema::MetaData& state, const std::string& name, bool opaque);
[[nodiscard]] schema::Column column_in(const schema::Table& table, const std::string& name, bool opaque);
/// `ALTER TABLE "songs" `
[[nodiscard]] std::string alter_table(const core::Dialect& dialect, const std::string& table);

}  // namespace strata::migrate::detail

namespace strata::migrate::sqlite {
const detail::DialectOperationCompiler& operation_compiler();
}
namespace strata::migrate::postgresql {
const detail::DialectOperationCompiler& operation_compiler();
}
