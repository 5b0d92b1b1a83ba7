#include "postgresql/object_kinds.hpp"

namespace strata::schema::postgresql {

KindWords words_of(ObjectKind kind) noexcept {
    switch (kind) {
        case ObjectKind::schema:
            return {.word = "SCHEMA", .has_owner = true, .grant = "SCHEMA", .future = "SCHEMAS"};
        case ObjectKind::extension:
            return {.word = "EXTENSION"};
        case ObjectKind::enum_type:
            return {.word = "TYPE", .has_owner = true, .grant = "TYPE", .future = "TYPES"};
        case ObjectKind::domain:
            return {.word = "DOMAIN", .has_owner = true, .grant = "DOMAIN"};
        case ObjectKind::composite_type:
            return {.word = "TYPE", .has_owner = true, .grant = "TYPE", .future = "TYPES"};
        case ObjectKind::range_type:
            return {.word = "TYPE", .has_owner = true, .grant = "TYPE", .future = "TYPES"};
        case ObjectKind::base_type:
            return {.word = "TYPE", .has_owner = true, .grant = "TYPE", .future = "TYPES"};
        case ObjectKind::collation:
            return {.word = "COLLATION", .has_owner = true};
        case ObjectKind::sequence:
            return {.word = "SEQUENCE", .has_owner = true, .grant = "SEQUENCE", .future = "SEQUENCES"};
        case ObjectKind::table:
            return {.word = "TABLE", .has_owner = true, .grant = "TABLE", .future = "TABLES"};
        case ObjectKind::function:
            return {.word = "FUNCTION",
                    .naming = Naming::call,
                    .has_owner = true,
                    .grant = "FUNCTION",
                    .future = "FUNCTIONS"};
        case ObjectKind::procedure:
            return {.word = "PROCEDURE", .naming = Naming::call, .has_owner = true, .grant = "PROCEDURE"};
        case ObjectKind::aggregate:
            return {.word = "AGGREGATE", .naming = Naming::call, .has_owner = true, .grant = "FUNCTION"};
        case ObjectKind::operator_:
            return {.word = "OPERATOR", .naming = Naming::operator_};
        case ObjectKind::operator_family:
            return {.word = "OPERATOR FAMILY", .naming = Naming::with_method};
        case ObjectKind::operator_class:
            return {.word = "OPERATOR CLASS", .naming = Naming::with_method};
        case ObjectKind::cast:
            return {.word = "CAST", .naming = Naming::cast};
        case ObjectKind::view:
            return {.word = "VIEW", .has_owner = true, .grant = "TABLE"};
        case ObjectKind::materialized_view:
            return {.word = "MATERIALIZED VIEW", .has_owner = true, .grant = "TABLE"};
        case ObjectKind::index:
            return {.word = "INDEX"};
        case ObjectKind::trigger:
            return {.word = "TRIGGER", .naming = Naming::of_table};
        case ObjectKind::event_trigger:
            return {.word = "EVENT TRIGGER", .has_owner = true};
        case ObjectKind::rule:
            return {.word = "RULE", .naming = Naming::of_table};
        case ObjectKind::policy:
            return {.word = "POLICY", .naming = Naming::of_table};
        case ObjectKind::text_search_dictionary:
            return {.word = "TEXT SEARCH DICTIONARY", .has_owner = true};
        case ObjectKind::text_search_configuration:
            return {.word = "TEXT SEARCH CONFIGURATION", .has_owner = true};
        case ObjectKind::statistics:
            return {.word = "STATISTICS", .has_owner = true};
        case ObjectKind::foreign_data_wrapper:
            return {.word = "FOREIGN DATA WRAPPER", .has_owner = true, .grant = "FOREIGN DATA WRAPPER"};
        case ObjectKind::foreign_server:
            return {.word = "SERVER", .has_owner = true, .grant = "FOREIGN SERVER"};
        case ObjectKind::user_mapping:
            return {.word = "USER MAPPING", .naming = Naming::for_user};
        case ObjectKind::foreign_table:
            return {.word = "FOREIGN TABLE", .has_owner = true, .grant = "TABLE"};
        case ObjectKind::publication:
            return {.word = "PUBLICATION", .has_owner = true};
        case ObjectKind::conversion:
            return {.word = "CONVERSION", .has_owner = true};
        case ObjectKind::language:
            return {.word = "LANGUAGE", .has_owner = true, .grant = "LANGUAGE"};
        case ObjectKind::access_method:
            return {.word = "ACCESS METHOD"};
        case ObjectKind::text_search_parser:
            return {.word = "TEXT SEARCH PARSER"};
        case ObjectKind::text_search_template:
            return {.word = "TEXT SEARCH TEMPLATE"};
        case ObjectKind::transform:
            return {.word = "TRANSFORM"};
        case ObjectKind::subscription:
            return {.word = "SUBSCRIPTION"};
    }
    return {};
}

}  // namespace strata::schema::postgresql
