#include "fills.hpp"

#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/core/types.hpp>
#include <strata/migrate/replay.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace strata::migrate {
namespace {

using core::TypeKind;
using schema::Column;
using schema::MetaData;
using schema::Type;

/// `'it''s'` without its quotes; another text as it is.
std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::string(text);
    std::string result;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        result += text[i];
        if (text[i] == '\'' && i + 1 < text.size() && text[i + 1] == '\'') ++i;
    }
    return result;
}

template <class Number>
bool read(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

std::int64_t highest(TypeKind kind) {
    if (kind == TypeKind::small_integer) return std::numeric_limits<std::int16_t>::max();
    if (kind == TypeKind::integer) return std::numeric_limits<std::int32_t>::max();
    return std::numeric_limits<std::int64_t>::max();
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool fits(const Decimal& value, const Type& type) {
    if (type.precision == 0) return true;
    const auto limit = Decimal::parse("1" + std::string(static_cast<std::size_t>(type.precision - type.scale), '0'));
    const auto stored = value.rounded(type.scale);
    return stored < limit && Decimal() - stored < limit;
}

/// Throws where the text is not a value of the type; the caller says whose it is.
class Reader {
public:
    explicit Reader(const Type& type) : type_(type) {}

    [[nodiscard]] Literal read_value(const std::string& text) const {
        if (!type_.generic()) refuse("only the database knows its type; write op.execute() into the revision instead");
        switch (type_.kind) {
            case TypeKind::boolean:
                if (text == "true") return true;
                if (text == "false") return false;
                refuse("it takes true or false");
            case TypeKind::small_integer:
            case TypeKind::integer:
            case TypeKind::big_integer:
                return whole_number(text);
            case TypeKind::real:
            case TypeKind::double_precision:
                return number(text);
            case TypeKind::numeric:
                if (!fits(Decimal::parse(text), type_)) refuse("the number has too many digits before the point");
                return Decimal::parse(text).to_string();
            case TypeKind::text:
                if (type_.length > 0 && std::cmp_greater(characters(text), type_.length))
                    refuse("the text is longer than " + std::to_string(type_.length) + " characters");
                return text;
            case TypeKind::enumeration:
                if (!core::internal::contains(type_.labels, text)) refuse("it takes " + join(type_.labels, " or "));
                return text;
            case TypeKind::date:
                return Date::parse(text).to_string();
            case TypeKind::time:
                return Time::parse(text).to_string();
            case TypeKind::timestamp:
                return Timestamp::parse(text).to_string();
            case TypeKind::timestamptz:
                return TimestampTz::parse(text).to_string();
            case TypeKind::uuid:
                return Uuid::parse(text).to_string();
            case TypeKind::json:
                return document(text);
            case TypeKind::bytes:
            case TypeKind::array:
                break;
        }
        refuse("a value of this type cannot be said here; write op.execute() into the revision instead");
    }

private:
    [[noreturn]] static void refuse(const std::string& why) { throw UsageError(why); }

    [[nodiscard]] Literal whole_number(const std::string& text) const {
        std::int64_t value = 0;
        if (!read(text, value) || value > highest(type_.kind) || value < -highest(type_.kind) - 1)
            refuse("it takes a whole number of its range");
        return value;
    }
    static Literal number(const std::string& text) {
        double value = 0;
        if (!read(text, value) || !std::isfinite(value)) refuse("it takes a number");
        return value;
    }
    static Literal document(const std::string& text) {
        boost::system::error_code error;
        static_cast<void>(boost::json::parse(text, error));
        if (error) refuse("it takes JSON");
        return text;
    }

    const Type& type_;
};

bool needs_value(const Column& column) {
    return !column.nullable && !column.server_default && !column.computed && !column.identity;
}

/// The operation, and what fills the column, as operations that run with rows and without them.
void add_filled(std::vector<Operation>& operations, const Operation& operation, const ColumnToFill& column,
                Literal value) {
    AlterColumn required{column.table, column.column.name};
    required.patch.set(&Column::nullable, false);
    if (const auto* added = std::get_if<AddColumn>(&operation)) {
        AddColumn open = *added;
        open.column.nullable = true;
        if (!open.column.not_null_name.empty())
            required.patch.set(&Column::not_null_name, std::exchange(open.column.not_null_name, {}));
        if (!open.column.on_conflict.empty())
            required.patch.set(&Column::on_conflict, std::exchange(open.column.on_conflict, {}));
        operations.emplace_back(std::move(open));
    } else {
        AlterColumn rest = std::get<AlterColumn>(operation);
        rest.patch.keep(&Column::nullable);
        if (!rest.patch.empty()) operations.emplace_back(std::move(rest));
    }
    operations.emplace_back(Fill{column.table, column.column.name, std::move(value)});
    operations.emplace_back(std::move(required));
}

}  // namespace

std::vector<ColumnToFill> columns_to_fill(const std::vector<Operation>& operations, MetaData before) {
    std::vector<ColumnToFill> list;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (const auto* added = std::get_if<AddColumn>(&operations[i])) {
            if (added->restored_from.empty() && needs_value(added->column))
                list.push_back({i, added->table, added->column});
        } else if (const auto* altered = std::get_if<AlterColumn>(&operations[i])) {
            const auto* nullable = altered->patch.find(&Column::nullable);
            const auto* table = before.find(altered->table);
            const auto* column = table == nullptr ? nullptr : table->find_column(altered->column);
            if (nullable != nullptr && !*nullable && column != nullptr && column->nullable && !column->computed) {
                list.push_back({i, altered->table, *column});
                altered->patch.apply(list.back().column);
            }
        }
        try {
            apply(before, operations[i]);
        } catch (const MigrationError&) {  // the run itself says what does not fit
        }
    }
    return list;
}

Literal fill_value(const ColumnToFill& column, std::string_view text, const schema::DdlCompiler& ddl) {
    const std::string what =
        "the value for " + column.name() + " is not of its type, " + ddl.type_name(column.column.type) + ": ";
    try {
        return Reader(column.column.type).read_value(unquoted(text));
    } catch (const UsageError& error) {
        throw UsageError(what + error.what());
    } catch (const ValueError&) {  // its message may show the value
        throw UsageError(what + "it cannot be read as one");
    }
}

std::vector<Operation> with_fills(const std::vector<Operation>& operations, const std::vector<std::string>& fills,
                                  const MetaData& before, const schema::DdlCompiler& ddl) {
    const auto columns = columns_to_fill(operations, before);
    std::map<std::size_t, std::pair<const ColumnToFill*, Literal>> filled;
    for (const auto& fill : fills) {
        const auto sign = fill.find('=');
        if (sign == std::string::npos)
            throw UsageError("--fill " + one_line(fill) + ": give the column and its value, such as songs.rating=0");
        const auto name = trimmed(std::string_view(fill).substr(0, sign));
        const auto found =
            std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.name() == name; });
        if (found == columns.end())
            throw UsageError(
                "--fill " + one_line(name) +
                ": the revision makes no such column NOT NULL without a default; name one as songs.rating");
        auto value = fill_value(*found, std::string_view(fill).substr(sign + 1), ddl);
        if (!filled.try_emplace(found->operation, &*found, std::move(value)).second)
            throw UsageError("--fill " + one_line(name) + " is given twice");
    }
    std::vector<Operation> result;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (const auto found = filled.find(i); found != filled.end())
            add_filled(result, operations[i], *found->second.first, found->second.second);
        else
            result.push_back(operations[i]);
    }
    return result;
}

}  // namespace strata::migrate
