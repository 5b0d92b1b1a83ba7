#include "result_row.hpp"

#include "value/read_model.hpp"
#include "value/text.hpp"

#include <strata/core/error.hpp>

namespace strata::core::postgresql {

namespace {

/// Either form of bytea_output, so that no session setting changes what is read: in the escape form a backslash is
/// followed by another one or three octal digits, so it never begins as the hexadecimal form does.
/// https://www.postgresql.org/docs/15/datatype-binary.html
std::string parse_bytes(std::string_view text) {
    if (text.starts_with("\\x")) return detail::parse_hex_bytes(text);
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            bytes += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '\\') {
            bytes += text[++i];
        } else {
            int value = 0;
            for (int digits = 0; digits < 3; ++digits) {
                const char c = ++i < text.size() ? text[i] : '\0';
                if (c < '0' || c > '7') detail::fail_value("22P02", "the text holds no bytes");
                value = value * 8 + (c - '0');
            }
            bytes += static_cast<char>(value);
        }
    }
    return bytes;
}

}  // namespace

void ResultRow::show(ResultPtr result) noexcept {
    result_ = std::move(result);
    row_ = -1;
    rows_ = result_ ? PQntuples(result_.get()) : 0;
}

std::int64_t ResultRow::rows_changed() const {
    const std::string_view tag = PQcmdStatus(result_.get());
    const bool changes =
        tag.starts_with("INSERT") || tag.starts_with("UPDATE") || tag.starts_with("DELETE") || tag.starts_with("MERGE");
    return changes ? detail::parse_integer(PQcmdTuples(result_.get())) : 0;
}

int ResultRow::columns() const { return PQnfields(result_.get()); }
std::string_view ResultRow::column_name(int column) const {
    const char* name = PQfname(result_.get(), column);
    return name == nullptr ? std::string_view("?") : std::string_view(name);
}
bool ResultRow::is_null(int column) const { return PQgetisnull(result_.get(), row_, column) != 0; }

void ResultRow::wrong_type(int column, const char* wanted) const {
    const std::string name(column_name(column));
    if (is_null(column)) detail::fail_value("22004", "column " + name + " is NULL; read it into a std::optional");
    detail::fail_value("22P02", "column " + name + " does not hold " + wanted);
}

std::string_view ResultRow::cell(int column, const char* wanted) const {
    const int length = PQgetlength(result_.get(), row_, column);
    if (length == 0 && is_null(column)) wrong_type(column, wanted);
    return {PQgetvalue(result_.get(), row_, column), static_cast<std::size_t>(length)};
}

template <class Parse>
auto ResultRow::parsed(int column, const char* wanted, const Parse& parse) const {
    const std::string_view text = cell(column, wanted);
    try {
        return parse(text);
    } catch (const ValueError& error) {
        detail::fail_value(error.code().c_str(), "column " + std::string(column_name(column)) + ": " + error.what());
    }
}

bool ResultRow::boolean(int column) const { return parsed(column, "a boolean", detail::parse_boolean); }
std::int64_t ResultRow::integer(int column) const { return parsed(column, "an integer", detail::parse_integer); }
double ResultRow::real(int column) const { return parsed(column, "a number", detail::parse_real); }
std::string_view ResultRow::text(int column) const { return cell(column, "text"); }

std::string_view ResultRow::bytes(int column) const {
    const auto index = static_cast<std::size_t>(column);
    if (bytes_.size() <= index) bytes_.resize(index + 1);
    return bytes_[index] = parsed(column, "bytes", parse_bytes);
}

Decimal ResultRow::numeric(int column) const { return parsed(column, "a decimal number", Decimal::parse); }
Date ResultRow::date(int column) const { return parsed(column, "a date", Date::parse); }
Time ResultRow::time(int column) const { return parsed(column, "a time of day", Time::parse); }
Timestamp ResultRow::timestamp(int column) const { return parsed(column, "a timestamp", Timestamp::parse); }
TimestampTz ResultRow::timestamptz(int column) const { return parsed(column, "a timestamp", TimestampTz::parse); }
Uuid ResultRow::uuid(int column) const { return parsed(column, "a UUID", Uuid::parse); }
std::string ResultRow::array(int column) const { return parsed(column, "an array", detail::braces_to_json_array); }

void ResultRow::read_model(int first, const TableInfo& table, void* model) const {
    detail::ModelReader(*this).read(first, table, model);
}

}  // namespace strata::core::postgresql
