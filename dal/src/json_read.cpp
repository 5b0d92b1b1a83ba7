#include "detail/cell_faults.hpp"
#include "detail/json_tree.hpp"
#include "detail/struct_view.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/array_text.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/core/rules.hpp>
#include <strata/dal/json.hpp>
#include <strata/dal/validate.hpp>

#include <algorithm>
#include <exception>

namespace strata::dal::detail {

namespace {

using core::TypeInfo;
using core::TypeKind;
using Kind = JsonNode::Kind;

const char* expected_form(TypeKind kind) {
    switch (kind) {
        case TypeKind::boolean:
            return "true or false";
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return "a whole number";
        case TypeKind::real:
        case TypeKind::double_precision:
            return "a number";
        case TypeKind::numeric:
            return "a number, or a text that is one";
        case TypeKind::array:
            return "an array";
        default:
            return "a text";
    }
}

/// Reads the values of a document into objects.
class Reader {
public:
    explicit Reader(Violations& found) : found_(found) {}

    void read(const JsonNode& node, const FieldType& type, void* object, const std::string& path) {
        switch (type.holder) {
            case FieldType::Holder::value:
                value(node, *type.type, object, path);
                return;
            case FieldType::Holder::structure:
                structure(node, *type.structure, object, path);
                return;
            case FieldType::Holder::optional:
                type.clear(object);
                if (node.kind != Kind::null) read(node, *type.element, type.append(object), path);
                return;
            case FieldType::Holder::patch:
                type.clear(object);
                read(node, *type.element, type.append(object), path);
                return;
            case FieldType::Holder::list:
                type.clear(object);
                if (node.kind != Kind::array) {
                    wrong(path, "type", "must be an array");
                    return;
                }
                for (std::size_t i = 0; i < node.children.size(); ++i)
                    read(node.children[i], *type.element, type.append(object), element_path(path, i));
                return;
        }
    }

private:
    void wrong(const std::string& path, const char* code, std::string message) {
        found_.push_back({path, code, std::move(message)});
    }

    void structure(const JsonNode& node, const StructInfo& info, void* object, const std::string& path) {
        if (node.kind == Kind::null) {
            wrong(path, "null", "must have a value");
            return;
        }
        if (node.kind != Kind::object) {
            wrong(path, "type", "must be an object");
            return;
        }
        const StructView view(info);
        const std::vector<void*> members = view.members(object);
        std::vector<bool> seen(view.count());
        for (const JsonNode& child : node.children) {
            const std::string at = member_path(path, child.name);
            std::size_t i = 0;
            while (i < view.count() && child.name != view.name(i)) ++i;
            if (i == view.count()) {
                wrong(at, "unknown", "is not a known member");
            } else if (seen[i]) {
                wrong(at, "duplicate", "is given twice");
            } else {
                seen[i] = true;
                read(child, view.type(i), members[i], at);
            }
        }
        for (std::size_t i = 0; i < view.count(); ++i) {
            if (!seen[i] && !view.may_lack(i)) wrong(member_path(path, view.name(i)), "missing", "is required");
        }
    }

    /// The value's canonical text.
    std::optional<std::string> canonical(const JsonNode& node, const TypeInfo& type, const std::string& path) {
        const bool number = node.kind == Kind::number;
        const bool string = node.kind == Kind::string;
        bool fits = string;
        switch (type.kind) {
            case TypeKind::boolean:
                fits = node.kind == Kind::boolean;
                break;
            case TypeKind::small_integer:
            case TypeKind::integer:
            case TypeKind::big_integer:
                fits = number && node.text.find_first_of(".eE") == std::string::npos;
                break;
            case TypeKind::real:
            case TypeKind::double_precision:
                fits = number || (string && (node.text == "Infinity" || node.text == "-Infinity"));
                break;
            case TypeKind::numeric:
                fits = number || string;
                break;
            case TypeKind::array:
                return array(node, *type.element, path);
            case TypeKind::json: {
                std::string document;
                append_document(document, node);
                return document;
            }
            case TypeKind::bytes:
                if (string) {
                    const std::optional<std::string> bytes = from_base64(node.text);
                    if (!bytes) {
                        wrong(path, "format", "must be bytes in base64");
                        return std::nullopt;
                    }
                    return hex_bytes(*bytes);
                }
                break;
            default:
                break;
        }
        if (fits) return node.text;
        wrong(path, "type", std::string("must be ") + expected_form(type.kind));
        return std::nullopt;
    }

    std::optional<std::string> array(const JsonNode& node, const TypeInfo& element, const std::string& path) {
        if (node.kind != Kind::array) {
            wrong(path, "type", "must be an array");
            return std::nullopt;
        }
        std::string braces = "{";
        const std::size_t before = found_.size();
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const JsonNode& child = node.children[i];
            const std::string at = element_path(path, i);
            if (child.kind == Kind::null && element.kind != TypeKind::json) {
                if (!element.nullable) wrong(at, "null", "must have a value");
                core::internal::append_array_null(braces);
            } else if (const std::optional<std::string> text = canonical(child, element, at)) {
                core::internal::append_array_element(braces, *text);
            }
        }
        if (found_.size() > before) return std::nullopt;
        return braces += '}';
    }

    void value(const JsonNode& node, const TypeInfo& type, void* object, const std::string& path) {
        if (node.kind == Kind::null && (type.nullable || type.kind != TypeKind::json)) {
            if (type.nullable)
                core::read_text(type, {}, object);
            else
                wrong(path, "null", "must have a value");
            return;
        }
        const std::optional<std::string> text = canonical(node, type, path);
        if (!text) return;
        if (type.kind != TypeKind::array || text->find('\0') != std::string::npos) {
            read_cell(type, *text, object, path, found_);
            return;
        }
        if (can_read(type, *text, object)) return;
        // Each element by itself, to say which it is.
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const std::string at = element_path(path, i);
            const std::optional<std::string> element = canonical(node.children[i], *type.element, at);
            std::string one = "{";
            if (element) core::internal::append_array_element(one, *element);
            if (element && !can_read(type, one + '}', object)) found_.push_back(cell_fault(*type.element, at, false));
        }
    }

    Violations& found_;
};

/// Whether another violation says something about the same member, or about what it is in.
bool is_within(const std::string& path, const std::string& other) {
    return path.starts_with(other) &&
           (path.size() == other.size() || other.empty() || path[other.size()] == '.' || path[other.size()] == '[');
}

}  // namespace

void read_json(std::string_view text, const FieldType& type, void* object, Violations& found) {
    const std::optional<JsonNode> document = parse_json_tree(text, found);
    if (!document) return;
    Reader(found).read(*document, type, object, {});
    Violations broken;
    check_value(type, object, {}, broken, found.empty());
    const std::size_t read = found.size();
    for (Violation& violation : broken) {
        const auto end = found.begin() + static_cast<std::ptrdiff_t>(read);
        if (std::none_of(found.begin(), end,
                         [&](const Violation& other) { return is_within(violation.path, other.path); }))
            found.push_back(std::move(violation));
    }
}

void read_valid_json(std::string_view text, const FieldType& type, void* object) {
    Violations found;
    read_json(text, type, object, found);
    if (!found.empty()) throw ValidationError(std::move(found));
}

}  // namespace strata::dal::detail
