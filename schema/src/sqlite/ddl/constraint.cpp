#include "sqlite/ddl/words.hpp"
#include "sqlite/refusal.hpp"

#include <strata/schema/ddl.hpp>
#include <strata/schema/detail/sqlite/constraints.hpp>

#include <algorithm>

namespace strata::schema::detail::sqlite {
namespace {

using schema::sqlite::refuse;
using schema::sqlite::sqlite_dialect;

/// What the primary key and UNIQUE share.
template <class Constraint>
Constraint plain(const Table& table, const char* what, Constraint constraint) {
    if (constraint.deferrable != Deferrable::no) refuse(table, std::string("deferrable ") + what);
    if (!constraint.include.empty()) refuse(table, std::string("INCLUDE columns of a ") + what);
    constraint.parameters.clear();
    constraint.tablespace.clear();
    return constraint;
}

bool autoincrement(const Table& table, const PrimaryKey& key) {
    const Column* column = key.columns.size() == 1 ? table.find_column(key.columns.front()) : nullptr;
    return column != nullptr && column->identity.kind == Numbering::autoincrement;
}

}  // namespace

std::string constraint_text(const Table& table, const PrimaryKey& key) {
    std::string sql = constraint_sql(sqlite_dialect(), plain(table, "primary key", key));
    if (!autoincrement(table, key)) return sql;
    // The keyword is the last between the parentheses: https://sqlite.org/lang_createtable.html
    const std::string conflict = key.on_conflict.empty() ? "" : " ON CONFLICT " + key.on_conflict;
    return sql.insert(sql.size() - conflict.size() - 1, " AUTOINCREMENT");
}

std::string constraint_text(const Table& table, const UniqueConstraint& unique) {
    if (unique.nulls_not_distinct) refuse(table, "NULLS NOT DISTINCT");
    return constraint_sql(sqlite_dialect(), plain(table, "unique constraint", unique));
}

std::string constraint_text(const Table& table, const ForeignKey& key) {
    if (!key.referred_table.schema.empty())
        refuse(table, "schemas, and a foreign key refers to " + key.referred_table.text());
    if (!key.set_columns.empty()) refuse(table, "column list of ON DELETE SET NULL or SET DEFAULT");
    ForeignKey plain = key;
    plain.not_valid = false;  // SQLite never checks the rows that are there
    return constraint_sql(sqlite_dialect(), plain);
}

std::string constraint_text(const Table&, const CheckConstraint& check) {
    CheckConstraint plain = check;
    plain.not_valid = false;
    plain.no_inherit = false;  // no table inherits
    return constraint_sql(sqlite_dialect(), plain);
}

}  // namespace strata::schema::detail::sqlite
