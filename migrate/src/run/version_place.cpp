#include "version_place.hpp"

#include "operations/compiler.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>

namespace strata::migrate {

void check_version_tables(const core::Dialect& dialect, const schema::VersionTables& tables) {
    const auto limit = dialect.max_identifier_length();
    const auto longest = std::max(tables.version.size(), tables.history.size()) + 3;  // with pk_, of their keys
    if (one_line(tables.version).empty() || one_line(tables.history).empty())
        throw UsageError("the version table has no name; give one to version_table");
    if (longest > limit)
        throw UsageError("the name of the version table, '" + printable(tables.version) + "', is too long; " +
                         std::string(dialect.name()) + " takes " +
                         std::to_string(limit - std::min(limit, longest - tables.version.size())) + " bytes there");
    if (tables.version == tables.history || tables.version == schema::history_table)
        throw UsageError("the version table cannot be called " + printable(tables.version) +
                         ", which is the name of a table that records what has run");
    if (!tables.schema.empty() && !detail::dialect_compiler(dialect).has_schemas())
        throw UsageError("a database of " + std::string(dialect.name()) + " has no schemas; leave version_schema out");
}

std::string schema_of(core::Connection& connection, const schema::VersionTables& tables) {
    check_version_tables(connection.dialect(), tables);
    if (tables.schema.empty()) return schema::current_schema(connection);
    const auto names = schema::schema_names(connection);
    if (std::ranges::find(names, tables.schema) == names.end())
        throw UsageError("there is no schema '" + printable(tables.schema) +
                         "' for the version table, as version_schema says; create it first");
    return tables.schema;
}

std::string script_name(const core::Dialect& dialect, const schema::VersionTables& tables, std::string_view name) {
    check_version_tables(dialect, tables);
    return (tables.schema.empty() ? std::string() : dialect.quoted(tables.schema) + ".") + dialect.quoted(name);
}

std::string version_table_text(const schema::VersionTables& tables) {
    return printable(tables.schema.empty() ? tables.version : tables.schema + "." + tables.version);
}

void leave_out(schema::MetaData& live, core::Connection& connection, const schema::VersionTables& tables) {
    const bool is_current = tables.schema.empty() || tables.schema == schema::current_schema(connection);
    std::erase_if(live.tables, [&](const schema::Table& table) {
        return (table.name.name == tables.version || table.name.name == tables.history) &&
               (table.name.schema.empty() ? is_current : table.name.schema == tables.schema);
    });
}

}  // namespace strata::migrate
