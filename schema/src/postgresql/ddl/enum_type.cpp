#include "postgresql/ddl/words.hpp"

#include <strata/schema/internal/postgresql/condition.hpp>
#include <strata/schema/internal/postgresql/enum_type.hpp>

namespace strata::schema::postgresql::statements {

std::string create_enum_type(const Type& type) {
    std::string labels;
    for (const auto& label : type.labels) labels += (labels.empty() ? "" : ", ") + literal(label);
    return "CREATE TYPE " + quoted(type.name) + " AS ENUM (" + labels + ")";
}

std::string drop_type(const QualifiedName& name) { return "DROP TYPE " + quoted(name); }

std::string rename_type(const QualifiedName& from, const std::string& to) {
    return "ALTER TYPE " + quoted(from) + " RENAME TO " + quoted(to);
}

std::string rename_label(const QualifiedName& type, const std::string& from, const std::string& to) {
    return "ALTER TYPE " + quoted(type) + " RENAME VALUE " + literal(from) + " TO " + literal(to);
}

std::string rename_label_once(const QualifiedName& type, const std::string& from, const std::string& to) {
    const std::string labels =
        "(SELECT FROM pg_catalog.pg_enum WHERE enumtypid = to_regtype(" + literal(quoted(type)) + ") AND enumlabel = ";
    return block_if("EXISTS " + labels + literal(from) + ") AND NOT EXISTS " + labels + literal(to) + ")",
                    in_block(rename_label(type, from, to)));
}

std::string add_label(const QualifiedName& type, const std::string& label, const std::string* before) {
    return "ALTER TYPE " + quoted(type) + " ADD VALUE IF NOT EXISTS " + literal(label) +
           (before != nullptr ? " BEFORE " + literal(*before) : "");
}

}  // namespace strata::schema::postgresql::statements
