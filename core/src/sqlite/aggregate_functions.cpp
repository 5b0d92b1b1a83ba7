#include "functions.hpp"
#include "value/text.hpp"

#include <strata/core/types.hpp>
#include <strata/core/value.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strata::core::sqlite {

namespace {

namespace json = boost::json;

struct ValueDeleter {
    void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using ValueCopy = std::unique_ptr<sqlite3_value, ValueDeleter>;

/// -1, 0 or 1 as SQLite orders values: NULL, numbers, text by its bytes, blobs.
int compare(sqlite3_value* left, sqlite3_value* right) {
    const auto rank = [](sqlite3_value* value) {
        const int type = sqlite3_value_type(value);
        return type == SQLITE_NULL                              ? 0
               : type == SQLITE_INTEGER || type == SQLITE_FLOAT ? 1
               : type == SQLITE_TEXT                            ? 2
                                                                : 3;
    };
    const auto order = [](const auto& a, const auto& b) { return a < b ? -1 : a > b ? 1 : 0; };
    if (rank(left) != rank(right)) return order(rank(left), rank(right));
    if (rank(left) == 0) return 0;
    if (rank(left) == 1) {
        const bool integers = sqlite3_value_type(left) == SQLITE_INTEGER && sqlite3_value_type(right) == SQLITE_INTEGER;
        return integers ? order(sqlite3_value_int64(left), sqlite3_value_int64(right))
                        : order(sqlite3_value_double(left), sqlite3_value_double(right));
    }
    return order(text_of(left), text_of(right));
}

/// One row of an aggregate: its values, of which there are one or two, and its keys.
struct Collected {
    std::vector<ValueCopy> values;
    std::size_t position;  ///< among the rows, for those of equal keys

    [[nodiscard]] sqlite3_value* operator[](std::size_t index) const { return values[index].get(); }
};

/// What an aggregate has collected. https://www.sqlite.org/appfunc.html
struct Collection {
    bool distinct = false;
    TypeKind kind{};
    std::string orders;  ///< the flags of each key, a digit each: 1 descending, 2 NULLs first, 4 NULLs last
    std::vector<Collected> rows;

    void add(int count, sqlite3_value** arguments) {
        if (rows.empty()) {
            distinct = sqlite3_value_int(arguments[0]) != 0;
            kind = static_cast<TypeKind>(sqlite3_value_int(arguments[1]));
            orders = text_of(arguments[2]);
        }
        Collected row{{}, rows.size()};
        for (int i = 3; i < count; ++i) {
            row.values.emplace_back(sqlite3_value_dup(arguments[i]));
            if (row.values.back() == nullptr) throw std::bad_alloc();
        }
        rows.push_back(std::move(row));
    }

    void sort() {
        if (distinct) {
            const auto less = [](const Collected& a, const Collected& b) { return compare(a[0], b[0]) < 0; };
            const auto same = [](const Collected& a, const Collected& b) { return compare(a[0], b[0]) == 0; };
            std::ranges::sort(rows, less);
            rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
        }
        if (orders.empty()) return;
        std::ranges::sort(rows, [&](const Collected& a, const Collected& b) {
            for (std::size_t i = 0; i < orders.size(); ++i) {
                const std::size_t at = a.values.size() - orders.size() + i;
                const int order = compare_keys(a[at], b[at], orders[i] - '0');
                if (order != 0) return order < 0;
            }
            return a.position < b.position;
        });
    }

    static int compare_keys(sqlite3_value* left, sqlite3_value* right, int flags) {
        const bool descending = (flags & 1) != 0;
        const bool nulls_first = (flags & 2) != 0 || (descending && (flags & 4) == 0);
        const bool left_null = sqlite3_value_type(left) == SQLITE_NULL;
        const bool right_null = sqlite3_value_type(right) == SQLITE_NULL;
        if (left_null || right_null) {
            if (left_null == right_null) return 0;
            return left_null == nulls_first ? -1 : 1;
        }
        const int order = compare(left, right);
        return descending ? -order : order;
    }
};

/// A stored value as an element of an array: the text in canonical form, bare where it is an integer or a boolean.
void append_element(std::string& out, sqlite3_value* value, TypeKind kind) {
    if (sqlite3_value_type(value) == SQLITE_NULL) {
        out += "null";
        return;
    }
    std::string text;
    switch (kind) {
        case TypeKind::boolean:
            out += sqlite3_value_int64(value) != 0 ? "true" : "false";
            return;
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            detail::append_integer(out, sqlite3_value_int64(value));
            return;
        case TypeKind::real:
        case TypeKind::double_precision:
            detail::append_real(text, sqlite3_value_double(value));
            break;
        case TypeKind::numeric:
            if (sqlite3_value_type(value) == SQLITE_FLOAT) {
                char digits[40];
                sqlite3_snprintf(sizeof digits, digits, "%!.15g", sqlite3_value_double(value));
                text = Decimal::parse(digits).normalized().to_string();
            } else {
                text = text_of(value);
            }
            break;
        case TypeKind::timestamptz:
            text = std::string(text_of(value)) + "+00";
            break;
        case TypeKind::bytes: {
            const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(value));
            detail::append_canonical(text, Value::bytes(data, static_cast<std::size_t>(sqlite3_value_bytes(value))));
            break;
        }
        case TypeKind::text:
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::uuid:
        case TypeKind::json:
        case TypeKind::array:
        case TypeKind::enumeration:
            text = text_of(value);
    }
    detail::append_json_string(out, text);
}

/// A stored value in a JSON document.
void append_json(std::string& out, sqlite3_value* value, TypeKind kind) {
    if (sqlite3_value_type(value) == SQLITE_NULL) {
        out += "null";
    } else if (kind == TypeKind::json) {
        out += text_of(value);
    } else if (kind == TypeKind::boolean) {
        out += sqlite3_value_int64(value) != 0 ? "true" : "false";
    } else if (sqlite3_value_type(value) == SQLITE_INTEGER) {
        detail::append_integer(out, sqlite3_value_int64(value));
    } else if (sqlite3_value_type(value) == SQLITE_FLOAT) {
        detail::append_real(out, sqlite3_value_double(value));
    } else {
        detail::append_json_string(out, text_of(value));
    }
}

/// SQLite keeps a pointer to the collection, which is null at first.
void step(sqlite3_context* context, int count, sqlite3_value** arguments) {
    auto** const place = static_cast<Collection**>(sqlite3_aggregate_context(context, sizeof(Collection*)));
    if (place == nullptr) throw std::bad_alloc();
    if (*place == nullptr) *place = new Collection;
    (*place)->add(count, arguments);
}

using Finish = void (*)(sqlite3_context* context, Collection& collection);

template <Finish Write>
void finish(sqlite3_context* context) {
    auto** const place = static_cast<Collection**>(sqlite3_aggregate_context(context, 0));
    if (place == nullptr || *place == nullptr) return;
    const std::unique_ptr<Collection> collection(std::exchange(*place, nullptr));
    try {
        collection->sort();
        Write(context, *collection);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

void join(sqlite3_context* context, Collection& collection) {
    std::string text;
    bool any = false;
    for (const Collected& row : collection.rows) {
        if (sqlite3_value_type(row[0]) == SQLITE_NULL) continue;
        if (any) text += text_of(row[1]);
        text += text_of(row[0]);
        any = true;
    }
    if (any) return_text(context, text);
}

template <void (*Append)(std::string&, sqlite3_value*, TypeKind)>
void list(sqlite3_context* context, Collection& collection) {
    std::string text = "[";
    for (const Collected& row : collection.rows) {
        if (text.size() > 1) text += ',';
        Append(text, row[0], collection.kind);
    }
    text += ']';
    return_text(context, text);
    if (Append == &append_json) sqlite3_result_subtype(context, 'J');
}

void object(sqlite3_context* context, Collection& collection) {
    json::object members;  // a key that comes twice has its last value
    for (const Collected& row : collection.rows) {
        if (sqlite3_value_type(row[0]) == SQLITE_NULL) throw std::invalid_argument("a key of a JSON object is NULL");
        std::string text;
        append_json(text, row[1], collection.kind);
        members[text_of(row[0])] = json::parse(text);
    }
    return_text(context, json::serialize(members));
    sqlite3_result_subtype(context, 'J');
}

/// https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Welford's_online_algorithm
struct Spread {
    std::int64_t count = 0;
    double mean = 0;
    double squares = 0;
};

void spread_step(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
    auto* const spread = static_cast<Spread*>(sqlite3_aggregate_context(context, sizeof(Spread)));
    if (spread == nullptr) throw std::bad_alloc();
    const double value = sqlite3_value_double(arguments[0]);
    const double difference = value - spread->mean;
    spread->mean += difference / static_cast<double>(++spread->count);
    spread->squares += difference * (value - spread->mean);
}

template <bool Root>
void spread_finish(sqlite3_context* context) {
    const auto* const spread = static_cast<const Spread*>(sqlite3_aggregate_context(context, 0));
    if (spread == nullptr || spread->count < 2) return;
    const double variance = spread->squares / static_cast<double>(spread->count - 1);
    sqlite3_result_double(context, Root ? std::sqrt(variance) : variance);
}

void add_aggregate(::sqlite3* handle, const char* name, int count, FunctionCall step,
                   void (*finish)(sqlite3_context*)) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
    sqlite3_create_function_v2(handle, name, count, flags, nullptr, nullptr, step, finish, nullptr);
}

}  // namespace

void add_aggregate_functions(::sqlite3* handle) {
    add_aggregate(handle, "strata_string_agg", -1, guarded<step>, finish<join>);
    add_aggregate(handle, "strata_array_agg", -1, guarded<step>, finish<list<append_element>>);
    add_aggregate(handle, "strata_json_agg", -1, guarded<step>, finish<list<append_json>>);
    add_aggregate(handle, "strata_json_object_agg", -1, guarded<step>, finish<object>);
    add_aggregate(handle, "strata_stddev", 1, guarded<spread_step>, spread_finish<true>);
    add_aggregate(handle, "strata_variance", 1, guarded<spread_step>, spread_finish<false>);
}

}  // namespace strata::core::sqlite
