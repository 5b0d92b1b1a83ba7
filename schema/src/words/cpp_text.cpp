#include <strata/core/error.hpp>
#include <strata/schema/internal/cpp_text.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace strata::schema::internal {
namespace {

std::string kind_name(TypeKind kind) {
    switch (kind) {
        case TypeKind::boolean:
            return "Boolean{}";
        case TypeKind::small_integer:
            return "SmallInteger{}";
        case TypeKind::integer:
            return "Integer{}";
        case TypeKind::big_integer:
            return "BigInteger{}";
        case TypeKind::real:
            return "Real{}";
        case TypeKind::double_precision:
            return "Double{}";
        case TypeKind::text:
            return "Text{}";
        case TypeKind::bytes:
            return "LargeBinary{}";
        case TypeKind::numeric:
            return "Numeric{}";
        case TypeKind::date:
            return "DateType{}";
        case TypeKind::time:
            return "TimeType{}";
        case TypeKind::timestamp:
            return "DateTime{}";
        case TypeKind::timestamptz:
            return "DateTimeTz{}";
        case TypeKind::uuid:
            return "UuidType{}";
        case TypeKind::json:
            return "JsonType{}";
        case TypeKind::array:
        case TypeKind::enumeration:
            break;
    }
    throw UsageError("a type without its parts cannot be written as C++");
}

const char* action_name(ReferentialAction action) {
    using Action = ReferentialAction;
    switch (action) {
        case Action::no_action:
            return "no_action";
        case Action::restrict:
            return "restrict";
        case Action::cascade:
            return "cascade";
        case Action::set_null:
            return "set_null";
        case Action::set_default:
            return "set_default";
    }
    return "no_action";
}

template <class E>
std::string enumerator(const char* type, E value) {
    return type + std::string(boost::describe::enum_to_string(value, ""));
}

}  // namespace

std::string number(std::int64_t value) {
    // The smallest integer has no literal of its own.
    if (value == INT64_MIN) return "-9223372036854775807 - 1";
    return std::to_string(value);
}

std::string number(double value) {
    if (std::isnan(value) || std::isinf(value))
        throw UsageError("a value that is not a finite number cannot be written as C++");
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string result(text.data(), end);
    if (result.find_first_of(".e") == std::string::npos) result += ".0";
    return result;
}

std::string name_text(const QualifiedName& name) {
    return name.schema.empty() ? cpp_literal(name.name) : cpp_list({name.schema, name.name});
}

std::string enumeration(const Type& type) {
    return "Enum{" + name_text(type.name) + ", " + cpp_list(type.labels) + "}";
}

std::string type_text(const Type& type) {
    switch (type.form) {
        case TypeForm::native:
            return "Native{" + cpp_literal(type.native) + "}";
        case TypeForm::user:
            return "UserType{" + name_text(type.name) +
                   (type.native.empty() ? std::string() : ", " + cpp_literal(type.native)) + "}";
        case TypeForm::none:
            return "NoType{}";
        case TypeForm::unknown:
            throw UsageError("a column whose type is not known cannot be written as C++");
        case TypeForm::generic:
            break;
    }
    if (!type.native.empty()) {
        Type plain = type;
        plain.native.clear();
        return "spelt(" + type_text(plain) + ", " + cpp_literal(type.native) + ")";
    }
    const auto digits = [&](const char* name) {
        return name + ("{" + (type.fraction < 0 ? std::string() : std::to_string(type.fraction)) + "}");
    };
    switch (type.kind) {
        case TypeKind::text:
            return type.length > 0 ? "String{" + std::to_string(type.length) + "}" : kind_name(type.kind);
        case TypeKind::numeric:
            if (type.precision == 0 && type.scale == 0) return kind_name(type.kind);
            return "Numeric{" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + "}";
        case TypeKind::enumeration:
            return enumeration(type);
        case TypeKind::array:
            return "Array{" + type_text(type.element.front()) +
                   (type.dimensions > 1 ? ", " + std::to_string(type.dimensions) : std::string()) + "}";
        case TypeKind::time:
            return digits("TimeType");
        case TypeKind::timestamp:
            return digits("DateTime");
        case TypeKind::timestamptz:
            return digits("DateTimeTz");
        case TypeKind::boolean:
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::bytes:
        case TypeKind::date:
        case TypeKind::uuid:
        case TypeKind::json:
            break;
    }
    return kind_name(type.kind);
}

namespace {

const char* value_kind_name(core::Value::Kind kind) {
    using Kind = core::Value::Kind;
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "boolean";
        case Kind::integer:
            return "integer";
        case Kind::real:
            return "real";
        case Kind::text:
            return "text";
        case Kind::bytes:
            return "bytes";
        case Kind::numeric:
            return "numeric";
        case Kind::date:
            return "date";
        case Kind::time:
            return "time";
        case Kind::timestamp:
            return "timestamp";
        case Kind::timestamptz:
            return "timestamptz";
        case Kind::uuid:
            return "uuid";
        case Kind::json:
            return "json";
        case Kind::array:
            return "array";
    }
    return "text";
}

std::string sql_text(const ServerDefault& value) {
    std::string text = value.text.empty() && !value.per_dialect.empty() ? "" : cpp_literal(value.text);
    if (value.per_dialect.empty()) return "sql(" + text + ")";
    text += text.empty() ? "{" : ", {";
    for (const auto& own : value.per_dialect)
        text += (&own == &value.per_dialect.front() ? "{" : ", {") + cpp_literal(own.first) + ", " +
                cpp_literal(own.second) + "}";
    return "sql(" + text + "})";
}

}  // namespace

std::string default_text(const ServerDefault& value) {
    switch (value.kind) {
        case ServerDefault::Kind::now:
            return "now()";
        case ServerDefault::Kind::sql:
            return sql_text(value);
        case ServerDefault::Kind::literal:
            break;
    }
    // The plain form is used where it means the same.
    if (value.type == core::Value::Kind::text) return "literal(" + cpp_literal(value.text) + ")";
    if (const auto bare = bare_literal(value)) return "literal(" + *bare + ")";
    return literal_text(value);
}

std::optional<std::string> bare_literal(const ServerDefault& value) {
    using Kind = core::Value::Kind;
    if (value.type == Kind::boolean && (value.text == "true" || value.text == "false")) return value.text;
    std::int64_t integer = 0;
    const char* end = value.text.data() + value.text.size();
    if (value.type == Kind::integer && std::from_chars(value.text.data(), end, integer).ptr == end &&
        std::to_string(integer) == value.text && integer != INT64_MIN)
        return value.text;
    return std::nullopt;
}

std::string literal_text(const ServerDefault& value) {
    return std::string("literal(Kind::") + value_kind_name(value.type) + ", " + cpp_literal(value.text) + ")";
}

std::string argument(ReferentialAction value) { return action_name(value); }
std::string argument(Deferrable value) { return enumerator("Deferrable::", value); }
std::string argument(Match value) { return enumerator("Match::", value); }
std::string argument(Numbering value) { return enumerator("Numbering::", value); }
std::string argument(Nulls value) { return enumerator("Nulls::", value); }
std::string argument(const std::vector<KeyOrder>& value) {
    std::string text = "{";
    for (const auto& order : value)
        text += (&order == &value.front() ? "{" : ", {") + cpp_literal(order.collation) +
                (order.descending ? ", true}" : "}");
    return text + "}";
}
std::string argument(const std::vector<QualifiedName>& value) {
    std::string text = "{";
    for (const auto& name : value) text += (&name == &value.front() ? "" : ", ") + name_text(name);
    return text + "}";
}

std::string kind_text(ObjectKind value) { return enumerator("ObjectKind::", value); }

std::string privileges_text(const Privileges& value) {
    const std::string kind = kind_text(value.ref.kind);
    std::string text;
    if (value.future) {
        text = "default_privileges(" + cpp_literal(value.owner) + ", " + kind;
        if (!value.ref.name.schema.empty()) text += ", " + cpp_literal(value.ref.name.schema);
        text += ")";
    } else {
        text = "privileges({" + kind + ", " + name_text(value.ref.name);
        if (!value.ref.arguments.empty()) text += ", {}, " + cpp_literal(value.ref.arguments);
        text += "})";
        if (!value.owner.empty()) text += ".owner(" + cpp_literal(value.owner) + ")";
    }
    for (const auto& grant : value.grants) {
        text += (grant.with_grant_option ? ".grant_with_option(" : ".grant(") + cpp_literal(grant.grantee) + ", " +
                cpp_list(grant.privileges);
        if (!grant.columns.empty()) text += ", " + cpp_list(grant.columns);
        text += ")";
    }
    return text;
}

std::string argument(const SequenceOptions& value) {
    std::string text;
    const SequenceOptions plain;
    internal::for_each_field<SequenceOptions>([&](const char* name, auto field) {
        if (value.*field == plain.*field) return;
        text += (text.empty() ? "." : ", .") + std::string(name) + " = ";
        if constexpr (std::is_same_v<std::decay_t<decltype(value.*field)>, std::optional<std::int64_t>>)
            text += number(*(value.*field));
        else if constexpr (std::is_same_v<std::decay_t<decltype(value.*field)>, bool>)
            text += "true";
        else
            text += cpp_literal(value.*field);
    });
    return "SequenceOptions{" + text + "}";
}

std::string argument(const Identity& value) {
    if (value.kind == Numbering::automatic) return "";
    if (value.kind == Numbering::none) return "false";
    const std::string kind = argument(value.kind);
    if (value.sequence.empty() && value.options == SequenceOptions()) return kind;
    return "{" + kind + ", " + name_text(value.sequence) + ", " + argument(value.options) + "}";
}

std::string parts_text(const std::vector<IndexElement>& elements) {
    std::string text = "{";
    for (const auto& element : elements) {
        if (&element != &elements.front()) text += ", ";
        const std::string more = words(element, {"column", "expression", "descending"});
        auto part = element.column.empty() ? "expression(" + cpp_literal(element.expression) + ")"
                                           : cpp_literal(element.column);
        if (element.descending)
            part = "desc(" + part + ")";
        else if (!element.column.empty() && !more.empty())
            part = "element(" + part + ")";
        text += part + more;
    }
    return text + "}";
}

}  // namespace strata::schema::internal
