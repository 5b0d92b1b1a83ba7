#pragma once

#include <strata/core/internal/value_text.hpp>
#include <strata/core/types.hpp>
#include <strata/core/value.hpp>

#include <string>
#include <string_view>

/// The canonical text of each kind of value: as PostgreSQL prints it, arrays hold it and SQLite stores it.
namespace strata::core::detail {

void append_integer(std::string& out, std::int64_t value);
/// The shortest text that reads back as the same double.
void append_real(std::string& out, double value);
void append_date(std::string& out, std::int64_t days);
void append_time(std::string& out, std::int64_t microseconds);
/// `YYYY-MM-DD HH:MM:SS.ffffff`. Throws ValueError outside of years 0001 to 9999.
void append_timestamp(std::string& out, std::int64_t microseconds);
void append_uuid(std::string& out, std::string_view sixteen_bytes);
/// `'it''s'`
void append_quoted(std::string& out, std::string_view text);

bool parse_boolean(std::string_view text);
std::int64_t parse_integer(std::string_view text);
double parse_real(std::string_view text);
std::string parse_hex_bytes(std::string_view text);

/// A JSON array of the elements of `{"a","1",NULL}`.
std::string braces_to_json_array(std::string_view braces);

[[noreturn]] void fail_value(const char* code, const std::string& message);

/// A row of one cell in canonical text, from which an element of an array is read.
class TextRow : public Row {
public:
    explicit TextRow(std::string_view text) : text_(text) {}
    [[nodiscard]] int columns() const override { return 1; }
    [[nodiscard]] std::string_view column_name(int) const override { return "element"; }
    [[nodiscard]] bool is_null(int) const override { return text_.data() == nullptr; }
    [[nodiscard]] bool boolean(int) const override { return parse_boolean(text_); }
    [[nodiscard]] std::int64_t integer(int) const override { return parse_integer(text_); }
    [[nodiscard]] double real(int) const override { return parse_real(text_); }
    [[nodiscard]] std::string_view text(int) const override { return text_; }
    [[nodiscard]] std::string_view bytes(int) const override { return bytes_ = parse_hex_bytes(text_); }
    [[nodiscard]] Decimal numeric(int) const override { return Decimal::parse(text_); }
    [[nodiscard]] Date date(int) const override { return Date::parse(text_); }
    [[nodiscard]] Time time(int) const override { return Time::parse(text_); }
    [[nodiscard]] Timestamp timestamp(int) const override { return Timestamp::parse(text_); }
    [[nodiscard]] TimestampTz timestamptz(int) const override { return TimestampTz::parse(text_); }
    [[nodiscard]] Uuid uuid(int) const override { return Uuid::parse(text_); }
    [[nodiscard]] std::string array(int) const override { return braces_to_json_array(text_); }

private:
    std::string_view text_;
    mutable std::string bytes_;
};

/// A row of one number.
class NumberRow final : public TextRow {
public:
    explicit NumberRow(std::int64_t number) : TextRow({}), number_(number) {}
    [[nodiscard]] std::int64_t integer(int) const override { return number_; }

private:
    std::int64_t number_;
};

}  // namespace strata::core::detail
