#pragma once

#include <strata/core/violation.hpp>
#include <strata/dal/detail/fields.hpp>

#include <iosfwd>
#include <iterator>
#include <string>
#include <string_view>

/// Models and described structs as JSON, and from it. Members have the names that they have in C++.
namespace strata::dal {

namespace detail {

void append_json(std::string& out, const FieldType& type, const void* value);
/// Reads a document into an object; adds what is wrong with it.
void read_json(std::string_view text, const FieldType& type, void* object, Violations& found);

/// The same; throws ValidationError with what is wrong.
void read_valid_json(std::string_view text, const FieldType& type, void* object);

/// Writes the elements of a JSON array one after the other.
class JsonArrayWriter {
public:
    explicit JsonArrayWriter(std::ostream& out);
    void add(const FieldType& type, const void* value);
    /// Ends the array. Throws Error when the stream has failed.
    void finish();

private:
    std::ostream& out_;
    std::string text_;
    bool first_ = true;
};

}  // namespace detail

/// A value that was read from JSON, and what is wrong with it: the value is complete where nothing is.
template <class T>
struct JsonInput {
    T value{};
    Violations violations{};
    [[nodiscard]] explicit operator bool() const noexcept { return violations.empty(); }
};

/// A model, a described struct or a vector of these as JSON, without spaces.
template <class T>
[[nodiscard]] std::string to_json(const T& value) {
    static_assert(detail::structured<T>,
                  "strata: to_json() takes a model, a described struct (BOOST_DESCRIBE_STRUCT) or a vector of these");
    std::string out;
    if constexpr (detail::structured<T>) detail::append_json(out, detail::FieldOf<T>::type, &value);
    return out;
}

/// Reads a document and reports all that is wrong with it: types, unknown and missing members, rules.
template <class T>
[[nodiscard]] JsonInput<T> parse_json(std::string_view text) {
    static_assert(
        detail::structured<T>,
        "strata: parse_json() makes a model, a described struct (BOOST_DESCRIBE_STRUCT) or a vector of these");
    JsonInput<T> input;
    if constexpr (detail::structured<T>)
        detail::read_json(text, detail::FieldOf<T>::type, &input.value, input.violations);
    return input;
}
/// The same; throws ValidationError with all that is wrong.
template <class T>
[[nodiscard]] T from_json(std::string_view text) {
    static_assert(detail::structured<T>,
                  "strata: from_json() makes a model, a described struct (BOOST_DESCRIBE_STRUCT) or a vector of these");
    T value{};
    if constexpr (detail::structured<T>) detail::read_valid_json(text, detail::FieldOf<T>::type, &value);
    return value;
}

/// Writes the rows of a range as a JSON array, in the memory of one row. Throws Error when the stream fails.
template <class Range>
void write_json(std::ostream& out, Range&& rows) {
    using Row = std::remove_cvref_t<decltype(*std::begin(rows))>;
    static_assert(detail::structured<Row>,
                  "strata: write_json() takes models or described structs (BOOST_DESCRIBE_STRUCT)");
    detail::JsonArrayWriter writer(out);
    if constexpr (detail::structured<Row>) {
        for (auto&& row : rows) writer.add(detail::FieldOf<Row>::type, &static_cast<const Row&>(row));
    }
    writer.finish();
}

}  // namespace strata::dal
