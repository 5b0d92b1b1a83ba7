#include "parameters.hpp"

#include "connection/driver.hpp"
#include "value/text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/array_text.hpp>

namespace strata::core::postgresql {

namespace {

/// https://www.postgresql.org/docs/15/limits.html: the size of a field.
constexpr std::size_t longest_value = 1'073'741'823;

void check_size(const Value& value) {
    if (value.borrows() && value.chars().size() > longest_value)
        detail::fail_value("54000", "a value is larger than 1 GB, which no database of ours keeps");
}

void append_text(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::text:
            detail::check_text(value.chars());
            break;
        case Value::Kind::json:
            detail::check_json(value.chars());
            break;
        case Value::Kind::array:
            detail::check_json(value.chars());
            out += detail::json_array_to_braces(value.chars());
            return;
        case Value::Kind::null:
        case Value::Kind::boolean:
        case Value::Kind::integer:
        case Value::Kind::real:
        case Value::Kind::bytes:
        case Value::Kind::numeric:
        case Value::Kind::date:
        case Value::Kind::time:
        case Value::Kind::timestamp:
        case Value::Kind::timestamptz:
        case Value::Kind::uuid:
            break;
    }
    detail::append_canonical(out, value);
}

}  // namespace

void Parameters::clear() noexcept {
    buffer_.clear();
    pointers_.clear();
    lengths_.clear();
    formats_.clear();
    offsets_.clear();
    size_ = 0;
}

void Parameters::add(const Value& value, bool copy) {
    const char* pointer = nullptr;
    int length = 0;
    int format = 0;
    std::ptrdiff_t offset = -1;
    if (!value.is_null()) {
        const bool bytes = value.kind() == Value::Kind::bytes;
        check_size(value);
        if (bytes) {
            length = static_cast<int>(value.chars().size());
            format = 1;
            pointer = value.chars().empty() ? "" : value.chars().data();
        }
        if (!bytes || copy) {
            offset = static_cast<std::ptrdiff_t>(buffer_.size());
            if (bytes) {
                buffer_ += value.chars();
            } else {
                append_text(buffer_, value);
                size_ += buffer_.size() - static_cast<std::size_t>(offset);
            }
            buffer_ += '\0';
        }
        size_ += static_cast<std::size_t>(length);
    }
    pointers_.push_back(pointer);
    lengths_.push_back(length);
    formats_.push_back(format);
    offsets_.push_back(offset);
}

void Parameters::set(std::span<const Value> values) {
    if (values.size() > most_parameters)
        throw UsageError("a statement takes at most 65535 values on PostgreSQL, but " + std::to_string(values.size()) +
                         " are given; send them as one array, or in several statements");
    clear();
    for (const Value& value : values) add(value, false);
    finish();
}

void Parameters::append(std::span<const Value> values) {
    for (const Value& value : values) add(value, true);
}

void Parameters::finish() {
    // The server ends a connection that sends it a longer message than this.
    constexpr std::size_t longest_message = 1'073'741'000;
    if (size_ + pointers_.size() * 8 > longest_message)
        detail::fail_value("54000",
                           "the values of one statement are larger than 1 GB together, which PostgreSQL refuses");
    for (std::size_t i = 0; i < pointers_.size(); ++i) {  // the buffer has its final place now
        if (offsets_[i] >= 0) pointers_[i] = buffer_.data() + offsets_[i];
    }
}

std::string array_of_names(std::span<const std::string_view> names) {
    std::string list = "{";
    for (const std::string_view name : names) internal::append_array_element(list, name);
    return list += '}';
}

void append_copy_field(std::string& line, const Value& value) {
    using Kind = Value::Kind;
    switch (value.kind()) {
        case Kind::null:
            line += "\\N";
            return;
        case Kind::boolean:
            line += value.number() != 0 ? 't' : 'f';
            return;
        case Kind::integer:
            detail::append_integer(line, value.number());
            return;
        case Kind::text:
        case Kind::json:
        case Kind::array:
        case Kind::bytes:
            break;
        case Kind::real:
        case Kind::numeric:
        case Kind::date:
        case Kind::time:
        case Kind::timestamp:
        case Kind::timestamptz:
        case Kind::uuid:
            detail::append_canonical(line, value);
            return;
    }
    check_size(value);
    std::string made;
    std::string_view text = value.chars();
    if (value.kind() == Kind::bytes) {
        detail::append_canonical(made, value);
        text = made;
    } else {
        value.kind() == Kind::text ? detail::check_text(text) : detail::check_json(text);
        if (value.kind() == Kind::array) text = made = detail::json_array_to_braces(text);
    }
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char escaped = c == '\\' ? '\\' : c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : '\0';
        if (escaped == '\0') continue;
        line.append(text.substr(plain, i - plain));
        line += '\\';
        line += escaped;
        plain = i + 1;
    }
    line.append(text.substr(plain));
}

}  // namespace strata::core::postgresql
