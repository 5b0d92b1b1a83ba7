#include "postgresql/dialect.hpp"

#include "sqlite/dialect.hpp"
#include "value/text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

namespace strata::core {

void Dialect::quote(std::string& sql, std::string_view identifier) const {
    if (identifier.empty()) throw UsageError("an identifier is empty");
    sql += '"';
    for (const char c : identifier) {
        if (c == '\0') throw UsageError("an identifier holds a NUL character");
        if (c == '"') sql += '"';
        sql += c;
    }
    sql += '"';
}

std::string Dialect::quoted(std::string_view identifier) const {
    std::string sql;
    quote(sql, identifier);
    return sql;
}

void Dialect::server_default(std::string& sql, const ServerDefault& value) const {
    switch (value.kind) {
        case ServerDefault::Kind::now:
            sql += now();
            return;
        case ServerDefault::Kind::sql:
            sql += value.text;
            return;
        case ServerDefault::Kind::literal:
            literal_text(sql, value.type, value.text);
            return;
    }
}

void Dialect::literal_text(std::string& sql, Value::Kind type, std::string_view canonical) const {
    using Kind = Value::Kind;
    switch (type) {
        case Kind::null:
            literal(sql, Value::null());
            break;
        case Kind::boolean:
            literal(sql, Value::boolean(detail::parse_boolean(canonical)));
            break;
        case Kind::integer:
            literal(sql, Value::integer(detail::parse_integer(canonical)));
            break;
        case Kind::real:
            literal(sql, Value::real(detail::parse_real(canonical)));
            break;
        case Kind::date:
            literal(sql, Value::date(Date::parse(canonical)));
            break;
        case Kind::time:
            literal(sql, Value::time(Time::parse(canonical)));
            break;
        case Kind::timestamp:
            literal(sql, Value::timestamp(Timestamp::parse(canonical)));
            break;
        case Kind::timestamptz:
            literal(sql, Value::timestamptz(TimestampTz::parse(canonical)));
            break;
        case Kind::uuid:
            literal(sql, Value::uuid(Uuid::parse(canonical)));
            break;
        case Kind::bytes: {
            const std::string bytes = detail::parse_hex_bytes(canonical);
            literal(sql, Value::bytes(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()));
            break;
        }
        case Kind::numeric:
            literal(sql, Value::numeric(canonical));
            break;
        case Kind::json:
            literal(sql, Value::json(canonical));
            break;
        case Kind::array:
            literal(sql, Value::array(canonical));
            break;
        case Kind::text:
            literal(sql, Value::text(canonical));
            break;
    }
}

const Dialect& dialect_for(std::string_view scheme) {
    const Dialect* const known[] = {&sqlite::dialect(), &postgresql::dialect()};
    std::string names;
    for (const Dialect* dialect : known) {
        if (dialect->answers_to(scheme)) return *dialect;
        names += names.empty() ? "" : ", ";
        names += dialect->name();
    }
    throw UsageError("unknown database scheme " + std::string(scheme) + "; known are: " + names);
}

}  // namespace strata::core
