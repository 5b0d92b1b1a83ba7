#include "detail/query_compiler.hpp"

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/dal/verify.hpp>

#include <algorithm>
#include <iterator>
#include <string>

namespace strata::dal::detail {

namespace {

using core::Connection;

std::string display(const core::QualifiedName& name) {
    return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

/// What does not fit of one table.
std::vector<std::string> misfits(const QueryCompiler& compiler, const core::TableInfo& table,
                                 const std::vector<StoredColumn>& stored) {
    const std::string name = display(table.qualified_name());
    if (stored.empty()) return {"there is no table " + name};
    std::vector<std::string> found;
    for (int i = 0; i < table.column_count; ++i) {
        const core::ColumnInfo& column = table.column(i);
        const std::string full = name + "." + column.name;
        const auto at = std::ranges::find(stored, column.name, &StoredColumn::name);
        if (at == stored.end()) {
            found.push_back("there is no column " + full);
        } else if (!compiler.fits(*column.type, table.facts().columns[static_cast<std::size_t>(i)], *at)) {
            found.push_back("column " + full + " is of type " + at->type + ", which " + table.model +
                            "::" + column.member + " cannot hold");
        } else if (at->nullable != column.type->nullable && !at->computed) {
            found.push_back("column " + full + (at->nullable ? " can be NULL, and " : " cannot be NULL, and ") +
                            table.model + "::" + column.member +
                            (at->nullable ? " is no std::optional" : " is a std::optional"));
        }
    }
    return found;
}

/// The revisions that have been applied and that no other applied one revises; none where there is no version table.
std::vector<std::string> applied_heads(Connection& connection, const QueryCompiler& compiler,
                                       const core::QualifiedName& table) {
    std::vector<std::string> heads;
    if (compiler.stored_columns(connection, table).empty()) return heads;
    core::Cursor cursor = connection.query("SELECT \"version_num\" FROM " + connection.dialect().quoted(table));
    while (cursor.next()) heads.emplace_back(cursor.row().text(0));
    return heads;
}

/// What has not been applied. A database with a revision that the program does not know is newer than the program,
/// which is not a mistake by itself.
std::vector<std::string> missing_heads(const ExpectedMigrations& expected, const std::vector<std::string>& applied) {
    const bool newer = std::ranges::any_of(
        applied, [&](const std::string& id) { return !core::internal::contains(expected.revisions, id); });
    std::vector<std::string> missing;
    if (newer) return missing;
    for (const std::string_view head : expected.heads) {
        if (!core::internal::contains(applied, head)) missing.emplace_back(head);
    }
    return missing;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) text += between;
        text += part;
    }
    return text;
}

}  // namespace

void verify(Backend& backend, std::span<const core::TableInfo* const> tables) {
    const QueryCompiler& compiler = backend.compiler();
    const ExpectedMigrations& expected = expected_migrations();
    std::vector<std::string> found;
    backend.run(core::Intent::read, [&](Connection& connection) {
        found.clear();
        if (!expected.heads.empty()) {
            const core::QualifiedName version{std::string(expected.schema), std::string(expected.version_table)};
            const std::vector<std::string> applied = applied_heads(connection, compiler, version);
            const std::vector<std::string> missing = missing_heads(expected, applied);
            if (!missing.empty()) {
                found.push_back("it is at revision " + (applied.empty() ? "base" : joined(applied, ", ")) +
                                ", and the program was built with " + joined(missing, ", "));
            }
        }
        for (const core::TableInfo* const table : tables) {
            std::ranges::move(misfits(compiler, *table, compiler.stored_columns(connection, table->qualified_name())),
                              std::back_inserter(found));
        }
    });
    if (found.empty()) return;
    throw SchemaMismatch("the database does not fit the program: " + joined(found, "; ") +
                         "; run db_migrate.sh upgrade");
}

}  // namespace strata::dal::detail
