#include "postgresql/dialect.hpp"

#include "sqlite/dialect.hpp"
#include "value/text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/known_dialects.hpp>

#include <algorithm>
#include <array>

namespace strata::core {

std::array<const Dialect*, 2> internal::known_dialects() { return {&sqlite::dialect(), &postgresql::dialect()}; }

namespace {

using internal::known_dialects;

bool is_dialect(std::string_view name) {
    const auto known = known_dialects();
    return std::any_of(known.begin(), known.end(), [&](const Dialect* each) { return each->answers_to(name); });
}

std::string known_names() {
    std::string names;
    for (const Dialect* dialect : known_dialects()) {
        names += names.empty() ? "" : ", ";
        names += dialect->name();
    }
    return names;
}

}  // namespace

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

ServerDefault Dialect::own_default(const ServerDefault& value, std::string_view where) const {
    if (value.per_dialect.empty()) return value;
    const std::string* own = nullptr;
    const std::string beginning = std::string(where) + ": its server default ";
    for (auto each = value.per_dialect.begin(); each != value.per_dialect.end(); ++each) {
        const auto same = [&](const auto& other) { return other.first == each->first; };
        if (!is_dialect(each->first))
            throw UsageError(beginning + "has SQL for '" + each->first +
                             "', which is not a database that Strata knows; known are: " + known_names());
        if (std::any_of(value.per_dialect.begin(), each, same))
            throw UsageError(beginning + "has SQL for '" + each->first + "' twice");
        if (!answers_to(each->first)) continue;
        if (own != nullptr) throw UsageError(beginning + "has SQL for " + std::string(name()) + " twice");
        own = &each->second;
    }
    if (own != nullptr) return ServerDefault::sql(*own);
    if (value.kind == ServerDefault::Kind::sql && value.text.empty())
        throw UsageError(beginning + "has no SQL for " + std::string(name()) +
                         "; give it one, or one for all databases");
    return {value.kind, value.type, value.text};
}

void Dialect::server_default(std::string& sql, const ServerDefault& value) const {
    if (!value.per_dialect.empty()) return server_default(sql, own_default(value, "a column"));
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
    for (const Dialect* dialect : known_dialects())
        if (dialect->answers_to(scheme)) return *dialect;
    throw UsageError("unknown database scheme " + std::string(scheme) + "; known are: " + known_names());
}

}  // namespace strata::core
