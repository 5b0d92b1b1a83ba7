#include "described.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/internal/cpp_text.hpp>

#include <optional>

namespace strata::migrate {

namespace {

using schema::Column;

std::string text_of(const std::optional<schema::ServerDefault>& value) {
    return value ? schema::internal::default_text(*value) : "none";
}

std::string old_and_new(const AlterColumn& change, const schema::MetaData& before, const schema::DdlCompiler& ddl) {
    const schema::Table* const table = before.find(change.table);
    const Column* const column = table == nullptr ? nullptr : table->find_column(change.column);
    if (column == nullptr) return {};
    std::vector<std::string> parts;
    if (const auto* type = change.patch.find(&Column::type))
        parts.push_back(ddl.type_name(column->type) + " -> " + ddl.type_name(*type));
    if (const auto* value = change.patch.find(&Column::server_default))
        parts.push_back("default " + text_of(column->server_default) + " -> " + text_of(*value));
    return parts.empty() ? std::string() : ": " + one_line(join(parts), 200);
}

}  // namespace

std::vector<std::string> described(const std::vector<Operation>& operations, schema::MetaData before,
                                   const schema::DdlCompiler& ddl) {
    std::vector<std::string> lines;
    lines.reserve(operations.size());
    bool known = true;
    for (const Operation& operation : operations) {
        const auto* const change = std::get_if<AlterColumn>(&operation);
        lines.push_back(describe(operation) +
                        (known && change != nullptr ? old_and_new(*change, before, ddl) : std::string()));
        try {
            if (known) migrate::apply(before, operation);
        } catch (const MigrationError&) {
            known = false;  // the rest is told without
        }
    }
    return lines;
}

}  // namespace strata::migrate
