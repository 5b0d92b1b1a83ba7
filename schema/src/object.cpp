#include <strata/schema/object.hpp>

#include <algorithm>

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
        case ObjectKind::conversion:
            return "conversion";
        case ObjectKind::language:
            return "language";
        case ObjectKind::access_method:
            return "access method";
        case ObjectKind::text_search_parser:
            return "text search parser";
        case ObjectKind::text_search_template:
            return "text search template";
        case ObjectKind::transform:
            return "transform";
        case ObjectKind::subscription:
            return "subscription";
    }
    return "object";
}

std::optional<ObjectKind> object_kind(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    for (int each = 0; each <= static_cast<int>(ObjectKind::subscription); ++each)
        if (name_of(static_cast<ObjectKind>(each)) == text) return static_cast<ObjectKind>(each);
    return std::nullopt;
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

bool fits_pattern(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;  // the last `*`, and what of the text it stands for so far
    std::size_t taken = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool Owns::owns(const ObjectRef& object) const {
    if (schemas.empty() && names.empty() && kinds.empty()) return false;
    const auto fits = [](const std::vector<std::string>& patterns, const std::string& text) {
        return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                               [&](const std::string& pattern) { return fits_pattern(text, pattern); });
    };
    // A trigger, rule or policy is in the schema of its table.
    const std::string& schema = object.kind == ObjectKind::schema ? object.name.name
                                : object.table.empty()            ? object.name.schema
                                                                  : object.table.schema;
    return fits(schemas, schema) && fits(names, object.name.name) &&
           (kinds.empty() || std::find(kinds.begin(), kinds.end(), object.kind) != kinds.end());
}

}  // namespace strata::schema
