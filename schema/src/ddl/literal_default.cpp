#include "ddl/common_ddl.hpp"

#include <strata/core/error.hpp>

#include <charconv>
#include <cmath>

namespace strata::schema::detail {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<bool> parse_boolean(std::string_view text) {
    if (text == "true" || text == "t" || text == "1") return true;
    if (text == "false" || text == "f" || text == "0") return false;
    return std::nullopt;
}

}  // namespace

std::optional<ServerDefault> literal_default(const Type& type, const std::string& text) {
    using core::Value;
    if (!type.generic()) return std::nullopt;
    try {
        switch (type.kind) {
            case TypeKind::boolean:
                if (const auto value = parse_boolean(text)) return ServerDefault::literal(Value::boolean(*value));
                return std::nullopt;
            case TypeKind::small_integer:
            case TypeKind::integer:
            case TypeKind::big_integer:
                if (const auto value = parse_number<std::int64_t>(text))
                    return ServerDefault::literal(Value::integer(*value));
                return std::nullopt;
            case TypeKind::real:
            case TypeKind::double_precision:
                if (const auto value = parse_number<double>(text); value && !std::isnan(*value))
                    return ServerDefault::literal(Value::real(*value));
                return std::nullopt;
            case TypeKind::numeric:
                return ServerDefault::literal(Value::numeric(Decimal::parse(text).to_string()));
            case TypeKind::date:
                return ServerDefault::literal(Value::date(Date::parse(text)));
            case TypeKind::time:
                return ServerDefault::literal(Value::time(Time::parse(text)));
            case TypeKind::timestamp:
                return ServerDefault::literal(Value::timestamp(Timestamp::parse(text)));
            case TypeKind::timestamptz:
                return ServerDefault::literal(Value::timestamptz(TimestampTz::parse(text)));
            case TypeKind::uuid: {
                const Uuid uuid = Uuid::parse(text);
                return ServerDefault::literal(Value::uuid(uuid));
            }
            case TypeKind::json:
                return ServerDefault::literal(Value::json(text));
            case TypeKind::array:
                return ServerDefault::literal(Value::array(text));
            case TypeKind::bytes:
                return ServerDefault{ServerDefault::Kind::literal, Value::Kind::bytes, text};
            case TypeKind::text:
            case TypeKind::enumeration:
                break;
        }
        return ServerDefault::literal(Value::text(text));
    } catch (const ValueError&) {
        return std::nullopt;  // then it is an expression
    }
}

}  // namespace strata::schema::detail
