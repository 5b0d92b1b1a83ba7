#include "postgresql/types.hpp"

#include "detail/common_ddl.hpp"
#include "postgresql/ddl.hpp"

#include <strata/core/error.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace strata::schema::postgresql {
namespace {

struct Spelling {
    TypeKind kind;
    const char* written;
    const char* formatted;  ///< by format_type
};

constexpr std::array<Spelling, 15> spellings{{
    {TypeKind::boolean, "BOOLEAN", "boolean"},
    {TypeKind::small_integer, "SMALLINT", "smallint"},
    {TypeKind::integer, "INTEGER", "integer"},
    {TypeKind::big_integer, "BIGINT", "bigint"},
    {TypeKind::real, "REAL", "real"},
    {TypeKind::double_precision, "DOUBLE PRECISION", "double precision"},
    {TypeKind::text, "TEXT", "text"},
    {TypeKind::bytes, "BYTEA", "bytea"},
    {TypeKind::numeric, "NUMERIC", "numeric"},
    {TypeKind::date, "DATE", "date"},
    {TypeKind::time, "TIME", "time without time zone"},
    {TypeKind::timestamp, "TIMESTAMP", "timestamp without time zone"},
    {TypeKind::timestamptz, "TIMESTAMPTZ", "timestamp with time zone"},
    {TypeKind::uuid, "UUID", "uuid"},
    {TypeKind::json, "JSONB", "jsonb"},
}};

std::string written(TypeKind kind, const std::string& enum_name, const core::Dialect& dialect) {
    for (const auto& each : spellings)
        if (each.kind == kind) return each.written;
    if (kind == TypeKind::enumeration && !enum_name.empty()) return dialect.quoted(enum_name);
    throw UsageError("a column type has no name in PostgreSQL: give the enum a name");
}

void write_sorted(std::string& out, const boost::json::value& value) {
    if (value.is_object()) {
        std::vector<const boost::json::key_value_pair*> members;
        for (const auto& member : value.get_object()) members.push_back(&member);
        std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
        out += '{';
        for (const auto* member : members) {
            if (member != members.front()) out += ',';
            out += boost::json::serialize(boost::json::string_view(member->key()));
            out += ':';
            write_sorted(out, member->value());
        }
        out += '}';
    } else if (value.is_array()) {
        out += '[';
        for (const auto& element : value.get_array()) {
            if (&element != value.get_array().data()) out += ',';
            write_sorted(out, element);
        }
        out += ']';
    } else {
        out += boost::json::serialize(value);
    }
}

/// `'...'` at the front of the text: the string it stands for and what comes behind it. Nothing for E'...'.
bool string_literal(std::string_view text, std::string& value, std::string_view& rest) {
    if (!text.starts_with('\'')) return false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\'') {
            if (i + 1 == text.size() || text[i + 1] != '\'') {
                rest = text.substr(i + 1);
                return true;
            }
            ++i;
        }
        value += text[i];
    }
    return false;
}

/// E'...' as it is printed for text with backslashes: only \\ and '' are escapes there.
bool escape_literal(std::string_view text, std::string& value, std::string_view& rest) {
    if (!text.starts_with("E'")) return false;
    for (std::size_t i = 2; i < text.size(); ++i) {
        if (text[i] == '\'') {
            if (i + 1 == text.size() || text[i + 1] != '\'') {
                rest = text.substr(i + 1);
                return true;
            }
            ++i;
        } else if (text[i] == '\\') {
            ++i;
            if (i == text.size() || text[i] != '\\') return false;
        }
        value += text[i];
    }
    return false;
}

/// Whether it is a cast and nothing more: `::character varying`, `::numeric(10,2)`, `::status[]`, `::"Mood"`.
bool is_cast(std::string_view rest) {
    if (rest.empty()) return true;
    if (!rest.starts_with("::")) return false;
    bool quoted = false;
    for (std::size_t i = 2; i < rest.size(); ++i) {
        const char c = rest[i];
        if (c == '"') quoted = !quoted;
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           static_cast<unsigned char>(c) >= 0x80 ||
                           std::string_view("_ ,.()[]\"").find(c) != std::string_view::npos;
        if (!plain && !quoted) return false;
    }
    return true;
}

}  // namespace

std::string spelled(const Type& type, const core::Dialect& dialect) {
    if (!type.native.empty()) return type.native;
    switch (type.kind) {
        case TypeKind::text:
            return type.length > 0 ? "VARCHAR(" + std::to_string(type.length) + ")" : "TEXT";
        case TypeKind::numeric:
            if (type.precision == 0) return "NUMERIC";
            return "NUMERIC(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
        case TypeKind::array:
            return written(type.element, type.name, dialect) + "[]";
        default:
            return written(type.kind, type.name, dialect);
    }
}

Type parse_type(const std::string& formatted) {
    std::string_view name = formatted;
    const bool array = name.ends_with("[]");
    if (array) name.remove_suffix(2);
    for (const auto& each : spellings) {
        if (name != each.formatted) continue;
        Type type;
        type.kind = each.kind;
        return array ? Array(type) : type;
    }
    int first = 0;
    int second = 0;
    if (!array && std::sscanf(formatted.c_str(), "character varying(%d)", &first) == 1) return String(first);
    if (!array && std::sscanf(formatted.c_str(), "numeric(%d,%d)", &first, &second) == 2 && second >= 0)
        return Numeric(first, second);
    return Native(formatted);
}

std::string canonical_json(const std::string& text) {
    boost::json::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error) return text;
    std::string sorted;
    write_sorted(sorted, value);
    return sorted;
}

std::optional<std::string> array_as_json(std::string_view braces) {
    if (braces.size() < 2 || braces.front() != '{' || braces.back() != '}') return std::nullopt;
    boost::json::array elements;
    const std::size_t end = braces.size() - 1;
    for (std::size_t at = 1; at < end; ++at) {
        std::string text;
        if (braces[at] == '{') return std::nullopt;
        if (braces[at] == '"') {
            for (++at; at < end && braces[at] != '"'; ++at) {
                if (braces[at] == '\\') ++at;
                text += braces[at];
            }
            if (at >= end) return std::nullopt;
            ++at;
            elements.emplace_back(text);
        } else {
            while (at < end && braces[at] != ',') text += braces[at++];
            elements.push_back(text == "NULL" ? boost::json::value() : boost::json::value(text));
        }
        if (at < end && braces[at] != ',') return std::nullopt;
    }
    return boost::json::serialize(elements);
}

std::optional<ServerDefault> parse_default(const Type& type, const std::string& expression) {
    if (expression == "NULL" || (expression.starts_with("NULL::") && is_cast(std::string_view(expression).substr(4))))
        return std::nullopt;
    if (expression == core::dialect_for("postgresql").now()) return ServerDefault::now();
    std::string text;
    std::string_view rest;
    const bool quoted =
        string_literal(expression, text, rest) || (text.clear(), escape_literal(expression, text, rest));
    if (quoted && !is_cast(rest)) return ServerDefault::sql(expression);
    if (!quoted) {
        // A number or a boolean; (-1) is how a negative one is printed.
        text = expression;
        if (text.starts_with("(-") && text.ends_with(")")) text = text.substr(1, text.size() - 2);
        if (const auto cast = text.find("::");
            cast != std::string::npos && is_cast(std::string_view(text).substr(cast)))
            text.resize(cast);
        const bool bare = type.kind == TypeKind::boolean || type.kind == TypeKind::small_integer ||
                          type.kind == TypeKind::integer || type.kind == TypeKind::big_integer ||
                          type.kind == TypeKind::real || type.kind == TypeKind::double_precision ||
                          type.kind == TypeKind::numeric;
        if (!bare) return ServerDefault::sql(expression);
    }
    if (type.kind == TypeKind::json) text = canonical_json(text);
    if (type.kind == TypeKind::array) {
        const auto json = array_as_json(text);
        if (!json) return ServerDefault::sql(expression);
        text = *json;
    }
    if (type.kind == TypeKind::bytes && !text.starts_with("\\x")) return ServerDefault::sql(expression);
    if (auto literal = detail::literal_default(type, text)) return literal;
    return ServerDefault::sql(expression);
}

}  // namespace strata::schema::postgresql
