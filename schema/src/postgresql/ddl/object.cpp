#include "postgresql/ddl/words.hpp"
#include "postgresql/object_kinds.hpp"

#include <strata/schema/internal/postgresql/object.hpp>

namespace strata::schema::postgresql::statements {
namespace {

/// `FUNCTION "rate"(integer)`, as DROP, ALTER and COMMENT ON name an object.
std::string named(const ObjectRef& ref) {
    const KindWords words = words_of(ref.kind);
    std::string name = quoted(ref.name);
    switch (words.naming) {
        case Naming::name:
            break;
        case Naming::call:
            name += "(" + ref.arguments + ")";
            break;
        case Naming::operator_:
            name = (ref.name.schema.empty() ? std::string() : quoted(ref.name.schema) + ".") + ref.name.name + " (" +
                   ref.arguments + ")";
            break;
        case Naming::with_method:
            name += " USING " + quoted(ref.arguments);
            break;
        case Naming::cast:
            name = "(" + ref.name.name + ")";
            break;
        case Naming::for_user:
            name = "FOR " + (ref.name.name == "public" ? std::string("PUBLIC") : quoted(ref.name.name)) + " SERVER " +
                   quoted(ref.arguments);
            break;
        case Naming::of_table:
            name = quoted(ref.name.name);
            break;
    }
    if (!ref.table.empty()) name += " ON " + quoted(ref.table);
    return std::string(words.word) + " " + name;
}

}  // namespace

std::string do_block(const std::string& body) {
    std::string tag = "$strata$";
    while (body.find(tag) != std::string::npos) tag.insert(tag.size() - 1, "_");
    return "DO " + tag + " " + body + " " + tag;
}

std::string drop_object(const ObjectRef& ref) { return "DROP " + named(ref); }

std::string rename_object(const ObjectRef& ref, const std::string& to) {
    return "ALTER " + named(ref) + " RENAME TO " + quoted(to);
}

std::optional<std::string> replacing(const std::string& definition) {
    const std::string create = "CREATE ";
    const std::string replace = "CREATE OR REPLACE ";
    if (!definition.starts_with(create)) return std::nullopt;
    return definition.starts_with(replace) ? definition : replace + definition.substr(create.size());
}

std::string comment_on(const ObjectRef& ref, const std::string& text) { return comment_sql(named(ref), text); }

}  // namespace strata::schema::postgresql::statements
