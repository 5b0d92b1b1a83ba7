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
/// A table's stored CREATE TABLE, and the same parsed.
struct StoredTable {
    std::string sql;
    detail::sqlite::ParsedTable parsed;
};
using StoredTables = std::map<std::string, StoredTable, NameOrder>;

/// Reads a stored CREATE TABLE into a Table; looks up the tables that foreign keys refer to in `all`.
/// The caller adds the NOT NULL that SQLite implies (WITHOUT ROWID, STRICT).
[[nodiscard]] Table read_table(const StoredTable& stored, const StoredTables& all);

/// Reads a stored CREATE INDEX.
[[nodiscard]] Index read_index(const std::string& sql, const detail::sqlite::ParsedTable& table);

}  // namespace strata::schema::sqlite
