#include <strata/schema/internal/fields.hpp>
#include <strata/schema/internal/object_kinds.hpp>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/list.hpp>

#include <algorithm>

namespace strata::schema {
namespace internal {
namespace {

/// The compiler warns of a kind that has no case.
constexpr KindTraits traits(ObjectKind kind) noexcept {
    switch (kind) {
        case ObjectKind::schema:
            return {.name = "schema",
                    .place = CreationPlace::schemas,
                    .precedes_tables = true,
                    .maker_form = MakerForm::name,
                    .maker = "schema_named"};
        case ObjectKind::extension:
            return {.name = "extension",
                    .place = CreationPlace::extensions,
                    .precedes_tables = true,
                    .maker_form = MakerForm::name,
                    .maker = "extension"};
        case ObjectKind::enum_type:
            return {.name = "enum type",
                    .place = CreationPlace::types,
                    .precedes_tables = true,
                    .everybody_may = "USAGE",
                    .maker_form = MakerForm::labels,
                    .maker = "enum_type"};
        case ObjectKind::domain:
            return {.name = "domain", .place = CreationPlace::types, .precedes_tables = true, .everybody_may = "USAGE"};
        case ObjectKind::composite_type:
            return {.name = "composite type",
                    .place = CreationPlace::types,
                    .precedes_tables = true,
                    .everybody_may = "USAGE"};
        case ObjectKind::range_type:
            return {
                .name = "range type", .place = CreationPlace::types, .precedes_tables = true, .everybody_may = "USAGE"};
        case ObjectKind::base_type:
            return {.name = "type", .place = CreationPlace::types, .precedes_tables = true, .everybody_may = "USAGE"};
        case ObjectKind::collation:
            return {.name = "collation", .place = CreationPlace::types, .precedes_tables = true};
        case ObjectKind::sequence:
            return {.name = "sequence", .place = CreationPlace::sequences, .precedes_tables = true};
        case ObjectKind::table:
            return {.name = "table", .place = CreationPlace::tables};
        case ObjectKind::function:
            return {.name = "function",
                    .place = CreationPlace::code,
                    .has_arguments = true,
                    .everybody_may = "EXECUTE",
                    .maker_form = MakerForm::of_arguments,
                    .maker = "function"};
        case ObjectKind::procedure:
            return {.name = "procedure",
                    .place = CreationPlace::code,
                    .has_arguments = true,
                    .everybody_may = "EXECUTE",
                    .maker_form = MakerForm::of_arguments,
                    .maker = "procedure"};
        case ObjectKind::aggregate:
            return {.name = "aggregate",
                    .place = CreationPlace::code,
                    .has_arguments = true,
                    .everybody_may = "EXECUTE",
                    .maker_form = MakerForm::of_arguments,
                    .maker = "aggregate"};
        case ObjectKind::operator_:
            return {.name = "operator", .place = CreationPlace::code, .precedes_tables = true, .has_arguments = true};
        case ObjectKind::operator_family:
            return {.name = "operator family", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::operator_class:
            return {.name = "operator class", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::cast:
            return {.name = "cast", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::view:
            return {
                .name = "view", .place = CreationPlace::over_tables, .maker_form = MakerForm::query, .maker = "view"};
        case ObjectKind::materialized_view:
            return {.name = "materialized view",
                    .place = CreationPlace::over_tables,
                    .maker_form = MakerForm::query,
                    .maker = "materialized_view"};
        case ObjectKind::index:
            return {.name = "index", .place = CreationPlace::over_tables};
        case ObjectKind::trigger:
            return {.name = "trigger",
                    .place = CreationPlace::beside_tables,
                    .is_needed = false,
                    .maker_form = MakerForm::of_table,
                    .maker = "trigger"};
        case ObjectKind::event_trigger:
            return {.name = "event trigger", .place = CreationPlace::last, .is_needed = false};
        case ObjectKind::rule:
            return {.name = "rule",
                    .place = CreationPlace::beside_tables,
                    .is_needed = false,
                    .maker_form = MakerForm::of_table,
                    .maker = "rule"};
        case ObjectKind::policy:
            return {.name = "policy",
                    .place = CreationPlace::beside_tables,
                    .is_needed = false,
                    .maker_form = MakerForm::of_table,
                    .maker = "policy"};
        case ObjectKind::text_search_dictionary:
            return {.name = "text search dictionary", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::text_search_configuration:
            return {.name = "text search configuration", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::statistics:
            return {.name = "statistics object", .place = CreationPlace::over_tables, .is_needed = false};
        case ObjectKind::foreign_data_wrapper:
            return {.name = "foreign-data wrapper", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::foreign_server:
            return {.name = "foreign server", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::user_mapping:
            return {.name = "user mapping", .place = CreationPlace::code, .precedes_tables = true, .is_needed = false};
        case ObjectKind::foreign_table:
            return {.name = "foreign table", .place = CreationPlace::tables};
        case ObjectKind::publication:
            return {.name = "publication", .place = CreationPlace::beside_tables, .is_needed = false};
        case ObjectKind::conversion:
            return {.name = "conversion", .place = CreationPlace::code, .precedes_tables = true, .is_needed = false};
        case ObjectKind::language:
            return {
                .name = "language", .place = CreationPlace::code, .precedes_tables = true, .everybody_may = "USAGE"};
        case ObjectKind::access_method:
            return {.name = "access method", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::text_search_parser:
            return {.name = "text search parser", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::text_search_template:
            return {.name = "text search template", .place = CreationPlace::code, .precedes_tables = true};
        case ObjectKind::transform:
            return {.name = "transform", .place = CreationPlace::code, .is_needed = false};
        case ObjectKind::subscription:
            return {.name = "subscription", .place = CreationPlace::beside_tables, .is_needed = false};
    }
    return {};
}

constexpr auto kinds = boost::mp11::mp_size<boost::describe::describe_enumerators<ObjectKind>>::value;
static_assert(traits(static_cast<ObjectKind>(kinds - 1)).name != KindTraits().name &&
                  traits(static_cast<ObjectKind>(kinds)).name == KindTraits().name,
              "the list of the ObjectKinds in fields.hpp is another one than the enumeration");

}  // namespace

KindTraits traits_of(ObjectKind kind) noexcept { return traits(kind); }

}  // namespace internal

std::string_view name_of(ObjectKind kind) noexcept { return internal::traits(kind).name; }

std::optional<ObjectKind> object_kind(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    for (std::size_t each = 0; each < internal::kinds; ++each)
        if (name_of(static_cast<ObjectKind>(each)) == text) return static_cast<ObjectKind>(each);
    return std::nullopt;
}

}  // namespace strata::schema
