#include "postgresql/ddl/words.hpp"

#include <strata/schema/internal/postgresql/condition.hpp>

namespace strata::schema::postgresql::statements {
namespace {

std::string regclass(const QualifiedName& name) { return "to_regclass(" + literal(quoted(name)) + ")"; }

std::string column_exists(const QualifiedName& table, const std::string& column) {
    return "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = " + regclass(table) +
           " AND attname = " + literal(column) + " AND attnum > 0 AND NOT attisdropped)";
}

}  // namespace

std::string has_relation(const QualifiedName& name) { return regclass(name) + " IS NOT NULL"; }
std::string lacks_relation(const QualifiedName& name) { return regclass(name) + " IS NULL"; }
std::string has_column(const QualifiedName& table, const std::string& column) { return column_exists(table, column); }
std::string lacks_column(const QualifiedName& table, const std::string& column) {
    return "NOT " + column_exists(table, column);
}
std::string has_constraint(const QualifiedName& table, const std::string& name) {
    return "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = " + regclass(table) +
           " AND conname = " + literal(name) + ")";
}

std::string in_block(const std::string& sql) { return "EXECUTE " + literal(sql) + "; "; }
std::string block_if(const std::string& condition, const std::string& lines) {
    return "DO " + literal("BEGIN IF " + condition + " THEN " + lines + "END IF; END");
}

}  // namespace strata::schema::postgresql::statements
