#include <strata/schema/internal/statements.hpp>

namespace strata::schema::statements {

std::string alter_table(const core::Dialect& dialect, const QualifiedName& table, std::string_view action) {
    std::string sql = "ALTER TABLE " + dialect.quoted(table) + " ";
    return sql += action;
}

std::string drop_table(const core::Dialect& dialect, const QualifiedName& table) {
    return "DROP TABLE " + dialect.quoted(table);
}

std::string rename_table(const core::Dialect& dialect, const QualifiedName& from, const std::string& to) {
    return alter_table(dialect, from, "RENAME TO " + dialect.quoted(to));
}

std::string add_column(const std::string& definition) { return "ADD COLUMN " + definition; }

std::string drop_column(const core::Dialect& dialect, const std::string& column) {
    return "DROP COLUMN " + dialect.quoted(column);
}

std::string rename_column(const core::Dialect& dialect, const std::string& from, const std::string& to) {
    return "RENAME COLUMN " + dialect.quoted(from) + " TO " + dialect.quoted(to);
}

}  // namespace strata::schema::statements
