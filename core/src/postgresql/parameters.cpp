#include "parameters.hpp"

#include "../detail/driver.hpp"
#include "../detail/text.hpp"

namespace strata::core::postgresql {

namespace {

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
        default:
            break;
    }
    detail::append_canonical(out, value);
}

}  // namespace

void Parameters::set(std::span<const Value> values) {
    const std::size_t count = values.size();
    buffer_.clear();
    pointers_.resize(count);
    lengths_.resize(count);
    formats_.resize(count);
    offsets_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Value& value = values[i];
        formats_[i] = 0;
        lengths_[i] = 0;
        offsets_[i] = -1;
        if (value.is_null()) {
            pointers_[i] = nullptr;
        } else if (value.kind() == Value::Kind::bytes) {
            pointers_[i] = value.chars().empty() ? "" : value.chars().data();
            lengths_[i] = static_cast<int>(value.chars().size());
            formats_[i] = 1;
        } else {
            offsets_[i] = static_cast<std::ptrdiff_t>(buffer_.size());
            append_text(buffer_, value);
            buffer_ += '\0';
        }
    }
    for (std::size_t i = 0; i < count; ++i) {  // the buffer has its final place now
        if (offsets_[i] >= 0) pointers_[i] = buffer_.data() + offsets_[i];
    }
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
        default:
            detail::append_canonical(line, value);
            return;
    }
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
