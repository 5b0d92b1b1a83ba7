#include "detail/json_tree.hpp"
#include "detail/struct_view.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/core/internal/value_text.hpp>
#include <strata/dal/json.hpp>

#include <boost/json.hpp>

#include <cmath>
#include <ostream>

namespace strata::dal::detail {

namespace {

using core::Value;

void append_text(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = core::internal::utf8_length(text.substr(i));
        if (length == 0) {
            ErrorDetails details;
            details.code = "22021";
            throw ValueError("text that is not valid UTF-8 has no form in JSON; use bytes", std::move(details));
        }
        i += length;
    }
    core::detail::append_json_string(out, text);
}

/// ISO 8601, whose fraction ends with its last digit that is not 0.
void append_time(std::string& out, const Value& value) {
    std::string text;
    core::detail::append_canonical(text, value);
    const bool zoned = value.kind() == Value::Kind::timestamptz;
    if (zoned) text.resize(text.size() - 3);  // "+00"
    if (const auto space = text.find(' '); space != std::string::npos) text[space] = 'T';
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    if (zoned) text += 'Z';
    out += '"' + text + '"';
}

void append_array(std::string& out, const core::TypeInfo& element, std::string_view elements);

void append_cell(std::string& out, const core::TypeInfo& type, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            out += "null";
            return;
        case Value::Kind::boolean:
        case Value::Kind::integer:
            core::detail::append_canonical(out, value);
            return;
        case Value::Kind::real:
            if (std::isinf(value.floating())) out += '"';
            core::detail::append_canonical(out, value);
            if (std::isinf(value.floating())) out += '"';
            return;
        case Value::Kind::text:
            append_text(out, value.chars());
            return;
        case Value::Kind::bytes:
            out += '"' + to_base64(value.chars()) + '"';
            return;
        case Value::Kind::date:
        case Value::Kind::numeric:
        case Value::Kind::uuid:
            out += '"';
            core::detail::append_canonical(out, value);
            out += '"';
            return;
        case Value::Kind::time:
        case Value::Kind::timestamp:
        case Value::Kind::timestamptz:
            append_time(out, value);
            return;
        case Value::Kind::json:
            out += value.chars();
            return;
        case Value::Kind::array:
            append_array(out, *type.element, value.chars());
            return;
    }
}

/// The elements are texts in canonical form, and have the same form in JSON as a column's value.
void append_array(std::string& out, const core::TypeInfo& element, std::string_view elements) {
    out += '[';
    bool first = true;
    const boost::json::value array = boost::json::parse(elements);
    for (const boost::json::value& item : array.as_array()) {
        if (!first) out += ',';
        first = false;
        if (!item.is_string()) {  // null, a number or a boolean
            out += boost::json::serialize(item);
            continue;
        }
        const std::string_view text = item.get_string();
        switch (element.kind) {
            case core::TypeKind::real:
            case core::TypeKind::double_precision:
                if (text.ends_with("Infinity"))
                    append_text(out, text);
                else
                    out += text;
                break;
            case core::TypeKind::json:
                out += text;
                break;
            case core::TypeKind::bytes: {
                Bytes bytes;
                core::read_text(core::type_of<Bytes>::info, text, &bytes);
                append_cell(out, element, Value::bytes(bytes.data(), bytes.size()));
                break;
            }
            case core::TypeKind::time:
                append_time(out, Value::time(Time::parse(text)));
                break;
            case core::TypeKind::timestamp:
                append_time(out, Value::timestamp(Timestamp::parse(text)));
                break;
            case core::TypeKind::timestamptz:
                append_time(out, Value::timestamptz(TimestampTz::parse(text)));
                break;
            default:
                append_text(out, text);
                break;
        }
    }
    out += ']';
}

void append_structure(std::string& out, const StructInfo& info, const void* object) {
    const StructView view(info);
    const std::vector<const void*> members = view.members(object);
    out += '{';
    bool first = true;
    for (std::size_t i = 0; i < view.count(); ++i) {
        const FieldType field = view.type(i);
        if (field.holder == FieldType::Holder::patch && field.size(members[i]) == 0) continue;
        if (!first) out += ',';
        first = false;
        core::detail::append_json_string(out, view.name(i));
        out += ':';
        if (field.holder == FieldType::Holder::value) {
            core::Scratch scratch;
            append_cell(out, *field.type, view.value(i, members[i], scratch));
        } else {
            append_json(out, field, members[i]);
        }
    }
    out += '}';
}

}  // namespace

void append_json(std::string& out, const FieldType& type, const void* value) {
    switch (type.holder) {
        case FieldType::Holder::value: {
            core::Scratch scratch;
            append_cell(out, *type.type, type.type->view(value, scratch));
            return;
        }
        case FieldType::Holder::structure:
            append_structure(out, *type.structure, value);
            return;
        case FieldType::Holder::optional:
        case FieldType::Holder::patch:
            if (type.size(value) == 0)
                out += "null";
            else
                append_json(out, *type.element, type.at(value, 0));
            return;
        case FieldType::Holder::list:
            out += '[';
            for (std::size_t i = 0; i < type.size(value); ++i) {
                if (i > 0) out += ',';
                append_json(out, *type.element, type.at(value, i));
            }
            out += ']';
            return;
    }
}

JsonArrayWriter::JsonArrayWriter(std::ostream& out) : out_(out) { out_ << '['; }

void JsonArrayWriter::add(const FieldType& type, const void* value) {
    text_ = first_ ? "\n" : ",\n";
    first_ = false;
    append_json(text_, type, value);
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    if (!out_) throw Error("the stream that JSON is written to has failed");
}

void JsonArrayWriter::finish() {
    out_ << (first_ ? "]\n" : "\n]\n");
    if (!out_) throw Error("the stream that JSON is written to has failed");
}

}  // namespace strata::dal::detail
