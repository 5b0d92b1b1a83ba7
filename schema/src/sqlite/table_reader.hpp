#pragma once

#include <strata/schema/detail/sqlite/create_table.hpp>
#include <strata/schema/metadata.hpp>

#include <map>
#include <string>

namespace strata::schema::sqlite {

/// SQLite compares names without case.
struct NameOrder {
    bool operator()(const std::string& left, const std::string& right) const;
};
/// Tables by name with their stored SQL and what it says.
struct StoredTable {
    std::string sql;
    detail::sqlite::ParsedTable parsed;
};
using StoredTables = std::map<std::string, StoredTable, NameOrder>;

/// What a stored CREATE TABLE says, in the vocabulary. `all` is where a foreign key's table is looked up.
/// NOT NULL that SQLite adds by itself (WITHOUT ROWID, STRICT) is the caller's matter.
[[nodiscard]] Table read_table(const StoredTable& stored, const StoredTables& all);

/// What a stored CREATE INDEX says.
[[nodiscard]] Index read_index(const std::string& sql, const detail::sqlite::ParsedTable& table);

}  // namespace strata::schema::sqlite
