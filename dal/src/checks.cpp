#include "detail/checks.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <string>

namespace strata::dal::detail {

namespace {

using core::Value;

[[noreturn]] void fail(const core::TableInfo& table, int column, const char* code, const std::string& limit) {
    ErrorDetails details;
    details.code = code;
    details.table = table.name;
    details.columns = {table.column(column).name};
    const std::string line = details.table + "." + details.columns.front() + " holds " + limit;
    throw ValueError(line, std::move(details));
}

std::string comparable_text(const core::ColumnFacts& facts, std::string_view text) {
    const Decimal decimal = Decimal::parse(text).normalized();
    const bool fits = facts.precision > 0 && decimal.scale() <= facts.scale &&
                      decimal.integral_digits() <= facts.precision - facts.scale;
    return (fits ? decimal.rounded(facts.scale) : decimal).to_string();
}

}  // namespace

Value checked_value(const core::TableInfo& table, int column, const Value& value, core::Scratch& scratch) {
    const auto index = static_cast<std::size_t>(column);
    if (value.kind() == Value::Kind::text) {
        const int max_length = table.facts().columns[index].max_length;
        if (max_length > 0 && value.chars().size() > static_cast<std::size_t>(max_length) &&
            core::internal::characters(value.chars()) > max_length) {
            fail(table, column, "22001",
                 "at most " + std::to_string(max_length) + " characters, and the text is longer");
        }
        return value;
    }
    if (value.kind() != Value::Kind::numeric) return value;
    const core::ColumnFacts& facts = table.facts().columns[index];
    const Decimal decimal = Decimal::parse(value.chars());
    if (facts.precision == 0) return Value::numeric(scratch.keep(decimal.normalized().to_string()));
    const auto too_large = [&] {
        fail(table, column, "22003",
             "at most " + std::to_string(facts.precision) + " digits, " + std::to_string(facts.scale) +
                 " of them after the point, and the number has more");
    };
    if (decimal.integral_digits() > facts.precision - facts.scale && decimal.coefficient() != 0) too_large();
    const Decimal rounded = decimal.rounded(facts.scale);
    if (rounded.integral_digits() > facts.precision - facts.scale && rounded.coefficient() != 0) too_large();
    return Value::numeric(scratch.keep(rounded.to_string()));
}

Value comparable_decimal(const core::ColumnFacts& facts, const Value& value, core::Scratch& scratch) {
    return Value::numeric(scratch.keep(comparable_text(facts, value.chars())));
}

Value comparable_decimals(const core::ColumnFacts& facts, const Value& array, core::Scratch& scratch) {
    std::string json;
    const std::string_view text = array.chars();
    json.reserve(text.size());
    std::size_t at = 0;  // after the last element; digits need no escapes
    for (auto open = text.find('"'); open != std::string_view::npos; open = text.find('"', at)) {
        const auto close = text.find('"', open + 1);
        json += text.substr(at, open + 1 - at);
        json += comparable_text(facts, text.substr(open + 1, close - open - 1));
        json += '"';
        at = close + 1;
    }
    json += text.substr(at);
    return Value::array(scratch.keep(std::move(json)));
}

namespace {

bool key_takes(core::TypeKind kind, core::Value::Kind value) {
    using core::TypeKind;
    switch (kind) {
        case TypeKind::boolean:
            return value == core::Value::Kind::boolean;
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return value == core::Value::Kind::integer;
        case TypeKind::real:
        case TypeKind::double_precision:
            return value == core::Value::Kind::real || value == core::Value::Kind::integer;
        case TypeKind::text:
        case TypeKind::enumeration:
            return value == core::Value::Kind::text;
        case TypeKind::bytes:
            return value == core::Value::Kind::bytes;
        case TypeKind::numeric:
            return value == core::Value::Kind::numeric || value == core::Value::Kind::integer;
        case TypeKind::date:
            return value == core::Value::Kind::date;
        case TypeKind::time:
            return value == core::Value::Kind::time;
        case TypeKind::timestamp:
            return value == core::Value::Kind::timestamp;
        case TypeKind::timestamptz:
            return value == core::Value::Kind::timestamptz;
        case TypeKind::uuid:
            return value == core::Value::Kind::uuid;
        case TypeKind::json:
            return value == core::Value::Kind::json;
        case TypeKind::array:
            return value == core::Value::Kind::array;
    }
    return false;
}

}  // namespace

void check_key(const RowPlan& plan, std::span<const core::Value> key) {
    plan.need_key("get");
    const std::vector<int>& columns = plan.facts.primary_key;
    if (key.size() != columns.size()) {
        throw UsageError("the key of " + std::string(plan.table.name) + " has " + std::to_string(columns.size()) +
                         " columns, but get() is given " + std::to_string(key.size()) + " values");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const core::ColumnInfo& column = plan.table.column(columns[i]);
        if (key_takes(column.type->kind, key[i].kind())) continue;
        throw UsageError("get() is given a value of another type than the key column " + std::string(plan.table.name) +
                         "." + column.name);
    }
}

}  // namespace strata::dal::detail
