#include "functions.hpp"
#include "value/text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace strata::core::sqlite {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 2000;

json::value document(sqlite3_value* value) {
    const std::string_view text = text_of(value);
    json::parse_options options;
    options.max_depth = deepest;
    boost::system::error_code error;
    json::value parsed = json::parse({text.data(), text.size()}, error, {}, options);
    if (error) throw std::invalid_argument("a value is no JSON document");
    return parsed;
}
void give(sqlite3_context* context, const json::value& value) {
    return_text(context, json::serialize(value));
    sqlite3_result_subtype(context, 'J');
}

bool equal(const json::value& left, const json::value& right);

/// Whether the left document contains the right one, as jsonb's @> means it.
/// https://www.postgresql.org/docs/15/datatype-json.html#JSON-CONTAINMENT
bool contains(const json::value& left, const json::value& right, bool top) {
    if (left.is_object() && right.is_object()) {
        return std::ranges::all_of(right.get_object(), [&](const auto& member) {
            const json::value* const found = left.get_object().if_contains(member.key());
            return found != nullptr && contains(*found, member.value(), false);
        });
    }
    if (left.is_array() && right.is_array()) {
        return std::ranges::all_of(right.get_array(), [&](const json::value& wanted) {
            return std::ranges::any_of(left.get_array(),
                                       [&](const json::value& item) { return contains(item, wanted, false); });
        });
    }
    if (top && left.is_array() && !right.is_object()) {
        return std::ranges::any_of(left.get_array(), [&](const json::value& item) { return equal(item, right); });
    }
    return equal(left, right);
}

/// Numbers of different kinds can be equal: 1 and 1.0.
bool equal(const json::value& left, const json::value& right) {
    if (left.is_number() && right.is_number()) return left.to_number<double>() == right.to_number<double>();
    return left == right;
}

void json_contains(sqlite3_context* context, int, sqlite3_value** arguments) {
    sqlite3_result_int(context, contains(document(arguments[0]), document(arguments[1]), true) ? 1 : 0);
}

/// A step of a path as the DAL binds it: `."key"` or `[index]`.
struct Step {
    std::string key;
    long index = 0;
    bool is_index = false;
};
std::vector<Step> steps_of(std::string_view path) {
    std::vector<Step> steps;
    std::size_t at = 1;
    while (at < path.size()) {
        if (path.substr(at).starts_with(".\"")) {
            const auto end = path.find('"', at + 2);
            steps.push_back({std::string(path.substr(at + 2, end - at - 2)), 0, false});
            at = end + 1;
        } else {
            const auto end = path.find(']', at);
            std::string number(path.substr(at + 1, end - at - 1));
            if (number.starts_with('#')) number.erase(0, 1);
            steps.push_back({number, std::stol(number), true});
            at = end + 1;
        }
    }
    return steps;
}

/// Sets what is at a path, as jsonb_set does: nothing happens where the way to the last step is not there, an index
/// past an end adds an element there, and an index of an object is a key.
void json_set(sqlite3_context* context, int, sqlite3_value** arguments) {
    json::value root = document(arguments[0]);
    const std::vector<Step> steps = steps_of(text_of(arguments[1]));
    json::value* at = &root;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        const bool last = i + 1 == steps.size();
        if (json::object* const object = at->if_object(); object != nullptr) {
            if (last) {
                (*object)[step.key] = document(arguments[2]);
                break;
            }
            at = object->if_contains(step.key);
        } else if (json::array* const array = at->if_array(); array != nullptr) {
            if (!step.is_index) throw std::invalid_argument("a JSON path has a key where there is an array");
            const long size = static_cast<long>(array->size());
            const long index = step.index < 0 ? step.index + size : step.index;
            if (last) {
                if (index < 0) {
                    array->insert(array->begin(), document(arguments[2]));
                } else if (index >= size) {
                    array->push_back(document(arguments[2]));
                } else {
                    (*array)[static_cast<std::size_t>(index)] = document(arguments[2]);
                }
                break;
            }
            at = index < 0 || index >= size ? nullptr : &(*array)[static_cast<std::size_t>(index)];
        } else {
            at = nullptr;
        }
        if (at == nullptr) break;
    }
    give(context, root);
}

/// The members of both, where those of the second count; of two arrays, or of an array and a value, one array.
void json_merge(sqlite3_context* context, int, sqlite3_value** arguments) {
    json::value left = document(arguments[0]);
    json::value right = document(arguments[1]);
    if (left.is_object() && right.is_object()) {
        for (auto& member : right.get_object()) left.get_object()[member.key()] = std::move(member.value());
        give(context, left);
        return;
    }
    json::array both;
    for (json::value* const side : {&left, &right}) {
        if (side->is_array()) {
            for (json::value& item : side->get_array()) both.push_back(std::move(item));
        } else {
            both.push_back(std::move(*side));
        }
    }
    give(context, both);
}

// Arrays of columns: JSON arrays whose elements are strings in canonical form, bare integers and booleans, and null.

/// The element's text; of a null it is not asked.
std::string element(const json::value& item) {
    return item.is_string() ? std::string(item.get_string()) : json::serialize(item);
}
bool has(const json::array& array, const json::value& wanted) {
    if (wanted.is_null()) return false;
    const std::string text = element(wanted);
    return std::ranges::any_of(array,
                               [&](const json::value& item) { return !item.is_null() && element(item) == text; });
}
json::array array_of(sqlite3_value* value) { return document(value).as_array(); }

void array_contains(sqlite3_context* context, int, sqlite3_value** arguments) {
    const json::array all = array_of(arguments[0]);
    const json::array wanted = array_of(arguments[1]);
    sqlite3_result_int(context, std::ranges::all_of(wanted, [&](const auto& item) { return has(all, item); }) ? 1 : 0);
}
void array_overlaps(sqlite3_context* context, int, sqlite3_value** arguments) {
    const json::array all = array_of(arguments[0]);
    const json::array wanted = array_of(arguments[1]);
    sqlite3_result_int(context, std::ranges::any_of(wanted, [&](const auto& item) { return has(all, item); }) ? 1 : 0);
}
/// NULL counts as an empty array, unless both are NULL.
void array_concat(sqlite3_context* context, int, sqlite3_value** arguments) {
    json::array both;
    bool any = false;
    for (int i = 0; i < 2; ++i) {
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) continue;
        any = true;
        for (json::value& item : array_of(arguments[i])) both.push_back(std::move(item));
    }
    if (any) return_text(context, json::serialize(both));
}
/// Without the elements that are equal to the first one of the second array; a NULL removes NULLs.
void array_remove(sqlite3_context* context, int, sqlite3_value** arguments) {
    json::array kept;
    const json::array removed = array_of(arguments[1]);
    for (const json::value& item : array_of(arguments[0])) {
        const bool same = removed.empty()             ? false
                          : removed.front().is_null() ? item.is_null()
                                                      : !item.is_null() && element(item) == element(removed.front());
        if (!same) kept.push_back(item);
    }
    return_text(context, json::serialize(kept));
}

}  // namespace

Functions json_functions() {
    static constexpr Function functions[] = {
        {"strata_json_contains", 2, strict<json_contains>},   {"strata_json_set", 3, strict<json_set>},
        {"strata_json_merge", 2, strict<json_merge>},         {"strata_array_contains", 2, strict<array_contains>},
        {"strata_array_overlaps", 2, strict<array_overlaps>}, {"strata_array_concat", 2, guarded<array_concat>},
        {"strata_array_remove", 2, strict<array_remove>},
    };
    return functions;
}

}  // namespace strata::core::sqlite
