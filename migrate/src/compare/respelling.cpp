#include "respelling.hpp"

#include <strata/schema/internal/table_index.hpp>

#include <algorithm>

namespace strata::migrate {
namespace {

using schema::MetaData;
using schema::Table;

/// The table of another spelling; nullptr where there is none, or one of this spelling.
const Table* respelt(const MetaData& state, const Table& table, const schema::DdlCompiler& ddl) {
    const auto found = std::find_if(state.tables.begin(), state.tables.end(), [&](const Table& other) {
        return other.name.schema == table.name.schema && ddl.same_name(other.name.name, table.name.name);
    });
    return found == state.tables.end() || found->name == table.name ? nullptr : &*found;
}

void add_columns(const Table& has, const Table& wanted, const Table* settled, const schema::DdlCompiler& ddl,
                 std::vector<Operation>& renames) {
    for (const auto& column : wanted.columns) {
        if (has.find_column(column.name) != nullptr) continue;
        const auto found = std::find_if(has.columns.begin(), has.columns.end(),
                                        [&](const auto& other) { return ddl.same_name(other.name, column.name); });
        if (found == has.columns.end()) continue;
        if (settled != nullptr && settled->find_column(found->name) != nullptr) continue;
        renames.emplace_back(RenameColumn{wanted.name, found->name, column.name});
    }
}

}  // namespace

std::vector<Operation> respellings(const MetaData& state, const MetaData& wanted, const schema::DdlCompiler& ddl,
                                   const MetaData& settled) {
    std::vector<Operation> renames;
    const schema::internal::TableIndex<const MetaData> tables(state);
    for (const auto& table : wanted.tables) {
        const Table* has = tables.find(table.name);
        if (has == nullptr) {
            has = respelt(state, table, ddl);
            if (has == nullptr) continue;
            if (settled.find(has->name) != nullptr) continue;
            renames.emplace_back(RenameTable{has->name, table.name.name});
        }
        add_columns(*has, table, settled.find(has->name), ddl, renames);
    }
    return renames;
}

}  // namespace strata::migrate
