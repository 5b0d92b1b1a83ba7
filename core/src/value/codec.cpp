#include "text.hpp"

#include <strata/core/codec.hpp>
#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/internal/canonical.hpp>
#include <strata/core/internal/text.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace strata::core {

namespace {

/// The levels of arrays and objects that a document may have. A document that was written must be readable; both
/// databases' JSON functions accept more (SQLite 2000).
constexpr std::size_t deepest_json = 1000;

bool is_deeper(const boost::json::value& document, std::size_t levels) {
    if (const auto* array = document.if_array()) {
        return levels == 0 ||
               std::ranges::any_of(*array, [&](const auto& item) { return is_deeper(item, levels - 1); });
    }
    if (const auto* object = document.if_object()) {
        return levels == 0 ||
               std::ranges::any_of(*object, [&](const auto& member) { return is_deeper(member.value(), levels - 1); });
    }
    return false;
}

template <class T>
Value view_integer(const void* object) {
    const T value = *static_cast<const T*>(object);
    if (!std::in_range<std::int64_t>(value))
        detail::fail_value("22003", "the number lies outside of what a column holds (64 bits, signed)");
    return Value::integer(static_cast<std::int64_t>(value));
}

template <class T>
void read_integer(const Row& row, int column, void* object) {
    const std::int64_t value = row.integer(column);
    if (!std::in_range<T>(value)) {
        detail::fail_value("22003", "the number in column " + std::string(row.column_name(column)) +
                                        " does not fit the C++ type it is read into");
    }
    *static_cast<T*>(object) = static_cast<T>(value);
}

}  // namespace

void Row::read_model(int first, const TableInfo& table, void* model) const {
    for (int i = 0; i < table.column_count; ++i) {
        const ColumnInfo& column = table.columns[i];
        column.type->read(*this, first + i, static_cast<char*>(model) + column.offset);
    }
}

#define STRATA_DETAIL_INTEGER(TYPE)                                                                \
    Value type_of<TYPE>::view(const void* object, Scratch&) { return view_integer<TYPE>(object); } \
    void type_of<TYPE>::read(const Row& row, int column, void* object) { read_integer<TYPE>(row, column, object); }
STRATA_DETAIL_INTEGER(std::int8_t)
STRATA_DETAIL_INTEGER(std::uint8_t)
STRATA_DETAIL_INTEGER(std::int16_t)
STRATA_DETAIL_INTEGER(std::uint16_t)
STRATA_DETAIL_INTEGER(std::int32_t)
STRATA_DETAIL_INTEGER(std::uint32_t)
STRATA_DETAIL_INTEGER(long)
STRATA_DETAIL_INTEGER(unsigned long)
STRATA_DETAIL_INTEGER(long long)
STRATA_DETAIL_INTEGER(unsigned long long)
#undef STRATA_DETAIL_INTEGER

// The types whose values a Value holds, or borrows, without conversion.
#define STRATA_DETAIL_DIRECT(TYPE, GETTER)                                                                 \
    Value type_of<TYPE>::view(const void* object, Scratch&) {                                              \
        return Value::GETTER(*static_cast<const TYPE*>(object));                                           \
    }                                                                                                      \
    void type_of<TYPE>::read(const Row& row, int column, void* object) {                                   \
        *static_cast<TYPE*>(object) = row.GETTER(column); /* NOLINT(bugprone-macro-parentheses): a type */ \
    }
STRATA_DETAIL_DIRECT(bool, boolean)
STRATA_DETAIL_DIRECT(double, real)
STRATA_DETAIL_DIRECT(std::string, text)
STRATA_DETAIL_DIRECT(Date, date)
STRATA_DETAIL_DIRECT(Time, time)
STRATA_DETAIL_DIRECT(Timestamp, timestamp)
STRATA_DETAIL_DIRECT(TimestampTz, timestamptz)
STRATA_DETAIL_DIRECT(Uuid, uuid)
#undef STRATA_DETAIL_DIRECT

Value type_of<float>::view(const void* object, Scratch&) {
    return Value::real(static_cast<double>(*static_cast<const float*>(object)));
}
void type_of<float>::read(const Row& row, int column, void* object) {
    const double value = row.real(column);
    const auto narrow = static_cast<float>(value);
    if (narrow == std::numeric_limits<float>::infinity() && value != std::numeric_limits<double>::infinity()) {
        detail::fail_value("22003",
                           "the number in column " + std::string(row.column_name(column)) + " does not fit a float");
    }
    *static_cast<float*>(object) = narrow;
}

Value type_of<Bytes>::view(const void* object, Scratch&) {
    const auto& bytes = *static_cast<const Bytes*>(object);
    return Value::bytes(bytes.data(), bytes.size());
}
void type_of<Bytes>::read(const Row& row, int column, void* object) {
    const std::string_view bytes = row.bytes(column);
    const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
    static_cast<Bytes*>(object)->assign(data, data + bytes.size());
}

Value type_of<Decimal>::view(const void* object, Scratch& scratch) {
    return Value::numeric(scratch.keep(static_cast<const Decimal*>(object)->to_string()));
}
void type_of<Decimal>::read(const Row& row, int column, void* object) {
    *static_cast<Decimal*>(object) = row.numeric(column);
}

Value type_of<Json>::view(const void* object, Scratch& scratch) {
    const Json& document = *static_cast<const Json*>(object);
    if (is_deeper(document, deepest_json)) {
        detail::fail_value("54001", "a JSON document has at most " + std::to_string(deepest_json) +
                                        " levels of arrays and objects, and this one has more");
    }
    return Value::json(scratch.keep(boost::json::serialize(document)));
}
void type_of<Json>::read(const Row& row, int column, void* object) {
    const std::string_view text = row.text(column);
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = deepest_json;
    boost::json::value document = boost::json::parse({text.data(), text.size()}, error, {}, options);
    if (error == boost::json::error::too_deep) {
        detail::fail_value("54001", "column " + std::string(row.column_name(column)) +
                                        " holds a JSON document of more than " + std::to_string(deepest_json) +
                                        " levels of arrays and objects");
    }
    if (error)
        detail::fail_value("22P02", "column " + std::string(row.column_name(column)) + " holds no JSON document");
    *static_cast<Json*>(object) = std::move(document);
}

void read_number(const TypeInfo& type, std::int64_t number, void* object) {
    if (&type == &type_of<std::int64_t>::info) {  // the type of most keys
        *static_cast<std::int64_t*>(object) = number;
        return;
    }
    type.read(detail::NumberRow(number), 0, object);
}

void read_text(const TypeInfo& type, std::string_view text, void* object) {
    type.read(detail::TextRow(text), 0, object);
}

void internal::append_array_item(std::string& json, const Value& value) {
    if (value.is_null()) {
        json += "null";
        return;
    }
    std::string text;
    detail::append_canonical(text, value);
    if (value.kind() == Value::Kind::integer || value.kind() == Value::Kind::boolean) {
        json += text;
    } else {
        detail::append_json_string(json, text);
    }
}

void internal::append_json_string(std::string& out, std::string_view text) { detail::append_json_string(out, text); }

void internal::append_json_number(std::string& out, double number) {
    if (!std::isfinite(number)) detail::fail_value("22003", "JSON has no infinite numbers and no NaN");
    detail::append_real(out, number);
}

namespace detail {

Value view_array(std::size_t size, FunctionRef<const void*(std::size_t index)> at, const TypeInfo& element,
                 Scratch& scratch) {
    std::string json = "[";
    for (std::size_t i = 0; i < size; ++i) {
        if (i > 0) json += ',';
        internal::append_array_item(json, element.view(at(i), scratch));
    }
    json += ']';
    return Value::array(scratch.keep(std::move(json)));
}

void read_array(const Row& row, int column, FunctionRef<void*()> append, const TypeInfo& element) {
    const std::string json = row.array(column);
    boost::system::error_code error;
    const boost::json::value document = boost::json::parse(json, error);
    if (error || !document.is_array())
        fail_value("22P02", "column " + std::string(row.column_name(column)) + " holds no array");
    for (const boost::json::value& item : document.get_array()) {
        std::string text;
        if (item.is_string()) {
            text = std::string(item.get_string());
        } else if (item.is_double()) {
            append_real(text, item.get_double());
        } else if (!item.is_null()) {
            text = boost::json::serialize(item);
        }
        const TextRow cell(item.is_null() ? std::string_view() : std::string_view(text));
        if (item.is_null() && !element.nullable) {
            fail_value("22004", "column " + std::string(row.column_name(column)) +
                                    " holds a NULL element; read it into a vector of std::optional");
        }
        element.read(cell, 0, append());
    }
}

Value view_enum(std::int64_t value, const EnumInfo& info) {
    for (std::size_t i = 0; i < info.count; ++i) {
        if (info.labels[i].value == value) return Value::text(info.labels[i].name);
    }
    fail_value("22P02", "the value is not an enumerator of " + info.name());
}

std::int64_t read_enum(const Row& row, int column, const EnumInfo& info) {
    const std::string_view label = row.text(column);
    for (std::size_t i = 0; i < info.count; ++i) {
        if (label == info.labels[i].name) return info.labels[i].value;
    }
    fail_value("22P02", "column " + std::string(row.column_name(column)) + " holds a label that enum " + info.name() +
                            " does not have");
}

void check_enumerator(std::int64_t value, std::span<const EnumLabel> labels) {
    for (const EnumLabel& label : labels) {
        if (label.value == value) return;
    }
    fail_value("22P02", "a number is not an enumerator of its enum");
}

std::string snake_case_type_name(const char* pretty_function) {
    // "const char* strata::core::detail::pretty_name() [with E = app::JobStatus]", or clang's "[E = app::JobStatus]"
    std::string_view text(pretty_function);
    text.remove_prefix(text.find("E = ") + 4);
    text = text.substr(0, text.find_first_of("];"));
    if (const auto colon = text.rfind("::"); colon != std::string_view::npos) text.remove_prefix(colon + 2);
    std::string name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool upper = c >= 'A' && c <= 'Z';
        const bool after_lower =
            i > 0 && ((text[i - 1] >= 'a' && text[i - 1] <= 'z') || (text[i - 1] >= '0' && text[i - 1] <= '9'));
        const bool before_lower = i > 0 && i + 1 < text.size() && text[i + 1] >= 'a' && text[i + 1] <= 'z' &&
                                  text[i - 1] >= 'A' && text[i - 1] <= 'Z';
        if (upper && (after_lower || before_lower)) name += '_';
        name += internal::lower(c);
    }
    return name;
}

Value keep(Value value, Scratch& scratch) {
    if (!value.borrows()) return value;
    return value.relocated(                                // of the same size
        scratch.keep(std::string(value.chars())).data());  // NOLINT(bugprone-suspicious-stringview-data-usage)
}

}  // namespace detail
}  // namespace strata::core
