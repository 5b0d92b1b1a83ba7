#include "postgresql/ddl/words.hpp"

#include <strata/schema/internal/postgresql/constraint.hpp>

namespace strata::schema::postgresql::statements {

std::string drop_constraint(const std::string& name) { return "DROP CONSTRAINT " + quoted(name); }
std::string validate_constraint(const std::string& name) { return "VALIDATE CONSTRAINT " + quoted(name); }
std::string rename_constraint(const std::string& from, const std::string& to) {
    return "RENAME CONSTRAINT " + quoted(from) + " TO " + quoted(to);
}

std::string comment_on_constraint(const QualifiedName& table, const std::string& name, const std::string& text) {
    return comment_sql("CONSTRAINT " + quoted(name) + " ON " + quoted(table), text);
}

}  // namespace strata::schema::postgresql::statements
