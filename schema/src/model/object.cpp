#include <strata/schema/internal/object_kinds.hpp>
#include <strata/schema/object.hpp>

#include <algorithm>

namespace strata::schema {

std::string ObjectRef::text() const {
    std::string text(name_of(kind));
    text += ' ';
    text += name.text();
    if (internal::traits_of(kind).has_arguments) text += "(" + arguments + ")";
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
