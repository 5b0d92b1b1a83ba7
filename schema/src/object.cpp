#include <strata/schema/object.hpp>

namespace strata::schema {

std::string_view name_of(ObjectKind kind) noexcept {
    switch (kind) {
        case ObjectKind::schema:
            return "schema";
        case ObjectKind::extension:
            return "extension";
        case ObjectKind::enum_type:
            return "enum type";
        case ObjectKind::domain:
            return "domain";
        case ObjectKind::composite_type:
            return "composite type";
        case ObjectKind::range_type:
            return "range type";
        case ObjectKind::base_type:
            return "type";
        case ObjectKind::collation:
            return "collation";
        case ObjectKind::sequence:
            return "sequence";
        case ObjectKind::table:
            return "table";
        case ObjectKind::function:
            return "function";
        case ObjectKind::procedure:
            return "procedure";
        case ObjectKind::aggregate:
            return "aggregate";
        case ObjectKind::operator_:
            return "operator";
        case ObjectKind::operator_family:
            return "operator family";
        case ObjectKind::operator_class:
            return "operator class";
        case ObjectKind::cast:
            return "cast";
        case ObjectKind::view:
            return "view";
        case ObjectKind::materialized_view:
            return "materialized view";
        case ObjectKind::index:
            return "index";
        case ObjectKind::trigger:
            return "trigger";
        case ObjectKind::event_trigger:
            return "event trigger";
        case ObjectKind::rule:
            return "rule";
        case ObjectKind::policy:
            return "policy";
        case ObjectKind::text_search_dictionary:
            return "text search dictionary";
        case ObjectKind::text_search_configuration:
            return "text search configuration";
        case ObjectKind::statistics:
            return "statistics object";
        case ObjectKind::foreign_data_wrapper:
            return "foreign-data wrapper";
        case ObjectKind::foreign_server:
            return "foreign server";
        case ObjectKind::user_mapping:
            return "user mapping";
        case ObjectKind::foreign_table:
            return "foreign table";
        case ObjectKind::publication:
            return "publication";
    }
    return "object";
}

std::string ObjectRef::text() const {
    std::string text(name_of(kind));
    text += ' ';
    text += name.text();
    const bool called = kind == ObjectKind::function || kind == ObjectKind::procedure ||
                        kind == ObjectKind::aggregate || kind == ObjectKind::operator_;
    if (called) text += "(" + arguments + ")";
    if (!table.empty()) text += " on " + table.text();
    return text;
}

}  // namespace strata::schema
