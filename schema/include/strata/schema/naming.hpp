#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

/// Names of constraints and indexes by the convention that Alembic's documentation recommends: pk_TABLE,
/// uq_TABLE_COLUMNS, fk_TABLE_COLUMNS_REFERRED, ck_TABLE_NAME, ix_TABLE_COLUMNS. A name longer than PostgreSQL's 63
/// bytes is truncated and ends in a hash of the full name, so that it stays unique and is the same everywhere.
namespace strata::schema {

[[nodiscard]] std::string primary_key_name(std::string_view table);
[[nodiscard]] std::string unique_name(std::string_view table, const std::vector<std::string>& columns);
[[nodiscard]] std::string foreign_key_name(std::string_view table, const std::vector<std::string>& columns,
                                           std::string_view referred_table);
[[nodiscard]] std::string check_name(std::string_view table, std::string_view name);
/// The name by which a check without one is known: ck_TABLE_HASH.
[[nodiscard]] std::string unnamed_check_name(std::string_view table, std::string_view expression);
[[nodiscard]] std::string index_name(std::string_view table, const std::vector<IndexElement>& elements);
/// The name of the check that replaces a type which the database lacks: ck_TABLE_COLUMN_KIND (kind: boolean, json,
/// enum). A long name is truncated before the kind.
[[nodiscard]] std::string type_check_name(std::string_view table, std::string_view column, std::string_view kind);
/// Names every constraint and index of the table that is unnamed, by the convention; not its checks, which SQLite keeps
/// without a name.
void name_constraints(Table& table);
/// Gives each check without a name the one by which it is known, for a database where each has one.
void name_checks(Table& table);

/// The table with the names that its model leaves to the convention. Throws UsageError when two things of the table get
/// the same name, for a check without a name where the convention needs one, unless `lenient`, and for a template that
/// has an unknown token.
[[nodiscard]] Table named_by(Table unresolved, const NamingConvention& convention, bool lenient = false);

namespace detail {
/// In ModelTable::unresolved the names that are not simply given begin with a control character: of what has no name at
/// all, and of a check whose name is complete.
inline constexpr std::string_view no_name = "\x01";
inline constexpr std::string_view complete_name = "\x02";
}  // namespace detail

}  // namespace strata::schema
