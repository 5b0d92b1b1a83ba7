#include "postgresql/types.hpp"

#include "ddl/common_ddl.hpp"
#include "postgresql/ddl.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/array_text.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace strata::schema::postgresql {
namespace {

struct Spelling {
    TypeKind kind;
    const char* written;
    const char* formatted;  ///< as format_type prints it
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

std::string written(TypeKind kind, const QualifiedName& enum_name, const core::Dialect& dialect) {
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

/// Whether the SQL is a single cast: `::character varying`, `::numeric(10,2)`, `::status[]`, `::a."Mood"`.
bool is_cast(std::string_view sql) {
    using Kind = core::detail::SqlToken::Kind;
    core::detail::SqlLexer lexer(sql, core::detail::postgresql_lexis);
    auto token = lexer.next();
    if (token.kind == Kind::end) return true;
    if (!token.symbol(':') || !lexer.next().symbol(':')) return false;
    for (token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
        const bool of_a_type =
            token.kind == Kind::word || token.kind == Kind::quoted || token.kind == Kind::number ||
            (token.kind == Kind::symbol && std::string_view(".,()[]").find(token.text) != std::string_view::npos);
        if (!of_a_type || token.is("COLLATE")) return false;
    }
    return true;
}

/// The text of a literal, with or without a cast after it; std::nullopt for any other expression.
std::optional<std::string> literal_text(std::string_view sql) {
    core::detail::SqlLexer lexer(sql, core::detail::postgresql_lexis);
    const auto token = lexer.next();
    if (token.kind != core::detail::SqlToken::Kind::string || !is_cast(sql.substr(token.end()))) return std::nullopt;
    return core::detail::string_value(token, core::detail::postgresql_lexis);
}

}  // namespace

std::string spelled(const Type& type, const core::Dialect& dialect) {
    const auto fraction = [&](const std::string& before, const std::string& after) {
        return type.fraction < 0 ? before + after : before + "(" + std::to_string(type.fraction) + ")" + after;
    };
    switch (type.form) {
        case TypeForm::native:
            return type.native;
        case TypeForm::user:
            return dialect.quoted(type.name) + type.native;
        case TypeForm::none:
            throw UsageError("a column has no type, which PostgreSQL does not allow; give it one");
        case TypeForm::unknown:
            return "unknown";
        case TypeForm::generic:
            break;
    }
    switch (type.kind) {
        case TypeKind::time:
            return fraction("TIME", "");
        case TypeKind::timestamp:
            return fraction("TIMESTAMP", "");
        case TypeKind::timestamptz:
            return type.fraction < 0 ? "TIMESTAMPTZ" : fraction("TIMESTAMP", " WITH TIME ZONE");
        case TypeKind::text:
            return type.length > 0 ? "VARCHAR(" + std::to_string(type.length) + ")" : "TEXT";
        case TypeKind::numeric:
            if (type.precision == 0) return "NUMERIC";
            return "NUMERIC(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
        case TypeKind::array: {
            std::string sql = spelled(type.element.front(), dialect);
            for (int i = 0; i < std::max(type.dimensions, 1); ++i) sql += "[]";
            return sql;
        }
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
        case TypeKind::enumeration:
            break;
    }
    return written(type.kind, type.name, dialect);
}

Type parse_type(const std::string& formatted) {
    if (formatted.ends_with("[]")) {
        Type element = parse_type(formatted.substr(0, formatted.size() - 2));
        if (!element.generic()) return Native(formatted);
        return Array(std::move(element));
    }
    for (const auto& each : spellings) {
        if (formatted != each.formatted) continue;
        Type type;
        type.kind = each.kind;
        return type;
    }
    const auto reads = [&](const char* format, auto... numbers) {
        int end = -1;
        (void)std::sscanf(formatted.c_str(), format, numbers..., &end);
        return end == static_cast<int>(formatted.size());
    };
    int first = 0;
    int second = 0;
    if (reads("character varying(%d)%n", &first)) return String(first);
    if (reads("numeric(%d,%d)%n", &first, &second) && second >= 0) return Numeric(first, second);
    if (reads("time(%d) without time zone%n", &first)) return TimeType(first);
    if (reads("timestamp(%d) without time zone%n", &first)) return DateTime(first);
    if (reads("timestamp(%d) with time zone%n", &first)) return DateTimeTz(first);
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
    boost::json::array elements;
    const bool read = core::internal::read_array_elements(braces, [&](const std::string* element) {
        elements.push_back(element == nullptr ? boost::json::value() : boost::json::value(*element));
    });
    if (!read) return std::nullopt;
    return boost::json::serialize(elements);
}

std::optional<ServerDefault> parse_default(const Type& type, const std::string& expression) {
    if (expression == "NULL" || (expression.starts_with("NULL::") && is_cast(std::string_view(expression).substr(4))))
        return std::nullopt;
    if (expression == core::dialect_for("postgresql").now()) return ServerDefault::now();
    const auto literal = literal_text(expression);
    std::string text = literal.value_or("");
    if (!literal) {
        // A number or a boolean; PostgreSQL prints a negative number as (-1).
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
    if (auto value = detail::literal_default(type, text)) return value;
    return ServerDefault::sql(expression);
}

namespace {

/// How PostgreSQL prints a number that is written bare: by what its size makes it.
/// https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS-NUMERIC
std::string printed_number(const std::string& sql) {
    const bool negative = sql.starts_with('-');
    const auto in_quotes = [&](const char* type) { return "'" + sql + "'::" + type; };
    if (sql.find_first_not_of("0123456789", negative ? 1 : 0) != std::string::npos)
        return negative ? in_quotes("numeric") : sql;
    std::int64_t value = 0;
    const char* const begin = sql.data() + (negative ? 1 : 0);
    const auto read = std::from_chars(begin, sql.data() + sql.size(), value);
    if (read.ec != std::errc()) return in_quotes("numeric");
    if (value > std::numeric_limits<std::int32_t>::max()) return in_quotes("bigint");
    return negative ? in_quotes("integer") : sql;
}

/// Whether the cast is the one that PostgreSQL prints after a constant of the type: its name without modifiers.
bool is_own_cast(std::string_view cast, const Type& type) {
    const Type* element = &type;
    std::string name;
    for (; element->kind == TypeKind::array && !element->element.empty(); element = &element->element.front())
        name = "[]";
    if (!element->generic() || element->kind == TypeKind::enumeration) return is_cast(cast);
    if (element->kind == TypeKind::text && element->length > 0) return cast == "::character varying" + name;
    for (const auto& each : spellings)
        if (each.kind == element->kind) return cast == std::string("::") + each.formatted + name;
    return false;
}

}  // namespace

std::optional<ServerDefault> exact_default(const Type& type, const std::string& expression) {
    auto value = parse_default(type, expression);
    // A NULL with a cast, as varchar(10) DEFAULT NULL is kept, is a default in the catalogue, though it changes
    // nothing.
    if (!value && expression != "NULL") return ServerDefault::sql(expression);
    if (!value || value->kind != ServerDefault::Kind::literal) return value;
    std::string sql;
    core::dialect_for("postgresql").server_default(sql, *value);
    const bool text = sql.starts_with('\'');
    const bool exact =
        text ? expression.starts_with(sql) && is_own_cast(std::string_view(expression).substr(sql.size()), type)
             : expression == printed_number(sql);
    return exact ? value : ServerDefault::sql(expression);
}

}  // namespace strata::schema::postgresql
