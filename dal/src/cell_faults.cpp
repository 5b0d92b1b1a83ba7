#include "detail/cell_faults.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/core/internal/type_kinds.hpp>

#include <exception>
#include <optional>

namespace strata::dal::detail {

namespace {

enum class Fault : unsigned char { none, range, form };

Fault try_read(const core::TypeInfo& type, std::string_view text, void* object) {
    try {
        core::read_text(type, text, object);
        return Fault::none;
    } catch (const ValueError& error) {
        return error.code() == "22003" ? Fault::range : Fault::form;
    } catch (const std::exception&) {  // a codec of the program's own refuses it
        return Fault::form;
    }
}

std::string form_of(core::TypeKind kind) {
    using core::TypeKind;
    switch (kind) {
        case TypeKind::boolean:
            return "must be true or false";
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return "must be a whole number";
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::numeric:
            return "must be a number";
        case TypeKind::bytes:
            return "must be bytes as \\x and hexadecimal digits";
        case TypeKind::date:
            return "must be a date (YYYY-MM-DD)";
        case TypeKind::time:
            return "must be a time of day (HH:MM:SS)";
        case TypeKind::timestamp:
            return "must be a date and a time (YYYY-MM-DDTHH:MM:SS)";
        case TypeKind::timestamptz:
            return "must be an instant (YYYY-MM-DDTHH:MM:SSZ)";
        case TypeKind::uuid:
            return "must be a UUID";
        case TypeKind::json:
            return "must be a JSON document";
        case TypeKind::array:
            return "must be an array";
        case TypeKind::text:
        case TypeKind::enumeration:
            break;
    }
    return "must be another text";
}

}  // namespace

bool can_read(const core::TypeInfo& type, std::string_view text, void* object) {
    return try_read(type, text, object) == Fault::none;
}

void read_cell(const core::TypeInfo& type, std::string_view text, void* object, const std::string& path,
               Violations& found) {
    const bool holds_text = type.kind == core::TypeKind::text || type.kind == core::TypeKind::array;
    if (holds_text && text.find('\0') != std::string_view::npos) {
        found.push_back({path, "nul", "must not have a NUL character"});
        return;
    }
    for (std::size_t i = 0; holds_text && i < text.size();) {
        const std::size_t length = core::internal::utf8_length(text.substr(i));
        if (length == 0) {
            found.push_back({path, "encoding", "must be valid UTF-8"});
            return;
        }
        i += length;
    }
    const Fault fault = try_read(type, text, object);
    if (fault != Fault::none) found.push_back(cell_fault(type, path, fault == Fault::range));
}

Violation cell_fault(const core::TypeInfo& type, const std::string& path, bool out_of_range) {
    if (out_of_range && core::internal::is_number(type.kind))
        return {path, "out_of_range", "must be a number that its type can hold"};
    if (type.enumeration == nullptr) return {path, "format", form_of(type.kind)};
    std::string labels;
    for (std::size_t i = 0; i < type.enumeration->count; ++i)
        labels.append(i == 0 ? "" : ", ").append(type.enumeration->labels[i].name);
    return {path, "not_one_of", "must be one of " + labels, {{"choices", labels}}};
}

std::string hex_bytes(std::string_view bytes) {
    std::string text = "\\x";
    for (const char byte : bytes) core::internal::append_hex(text, byte);
    return text;
}

}  // namespace strata::dal::detail
