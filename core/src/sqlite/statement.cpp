#include "statement.hpp"

#include "error.hpp"
#include "functions.hpp"
#include "lexis.hpp"
#include "value/text.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

#include <sqlite3.h>

#include <charconv>
#include <cmath>

namespace strata::core::sqlite {

namespace {

/// If the remainder has more than blanks, comments and semicolons, it is another statement.
bool holds_statement(std::string_view sql) {
    detail::SqlLexer lexer(sql, lexis);
    detail::SqlToken token = lexer.next();
    while (token.symbol(';')) token = lexer.next();
    return token.kind != detail::SqlToken::Kind::end;
}

/// Whether sqlite3_changes() counts this statement's rows: other statements leave the previous count.
bool changes_rows(std::string_view sql) {
    const detail::SqlToken first = detail::SqlLexer(sql, lexis).next();
    return first.is("INSERT") || first.is("REPLACE") || first.is("UPDATE") || first.is("DELETE") || first.is("WITH");
}

bool takes_write_lock(std::string_view sql) {
    detail::SqlLexer lexer(sql, lexis);
    if (!lexer.next().is("BEGIN")) return false;
    const detail::SqlToken how = lexer.next();
    return how.is("IMMEDIATE") || how.is("EXCLUSIVE");
}

/// A value is refused for its size before it is read.
void check_size(const Value& value) {
    if (value.chars().size() > detail::longest_statement)
        detail::fail_value("54000", "a value is larger than 1 GB, which no database of ours keeps");
}

/// Times with a zone are stored in UTC, without an offset.
std::string stored_text(const Value& value) {
    std::string text;
    if (value.kind() == Value::Kind::timestamptz) {
        detail::append_timestamp(text, value.number());
    } else {
        detail::append_canonical(text, value);
    }
    return text;
}

}  // namespace

Statement::Statement(Driver& driver, std::string_view sql, detail::Reuse reuse) : driver_(driver) {
    if (sql.find('\0') != std::string_view::npos) throw UsageError("a statement holds a NUL character");
    if (sql.size() > detail::longest_statement) throw ValueError("a statement is larger than 1 GB");
    if (detail::text_fault(sql) == detail::TextFault::not_utf8) {  // PostgreSQL refuses such a text itself
        detail::fail_value("22021", "a statement that is not valid UTF-8 cannot be run");
    }
    const char* tail = nullptr;
    const unsigned flags = reuse == detail::Reuse::often ? SQLITE_PREPARE_PERSISTENT : 0;
    const int code =
        sqlite3_prepare_v3(driver.handle(), sql.data(), static_cast<int>(sql.size()), flags, &statement_, &tail);
    if (code != SQLITE_OK) driver.fail(sql);
    if (statement_ == nullptr) throw UsageError("there is no statement in the text");
    if (holds_statement(sql.substr(static_cast<std::size_t>(tail - sql.data())))) {
        sqlite3_finalize(statement_);
        throw UsageError("the text holds several statements; run one at a time");
    }
    parameters_ = sqlite3_bind_parameter_count(statement_);
    // SQLite classifies BEGIN IMMEDIATE as reading only, but it takes the lock.
    writes_ = sqlite3_stmt_readonly(statement_) == 0 || takes_write_lock(sql);
    counts_rows_ = writes_ && changes_rows(sql);
}

Statement::~Statement() {
    if (!driver_.inherited()) sqlite3_finalize(statement_);
}

std::string_view Statement::sql() const noexcept {
    const char* sql = sqlite3_sql(statement_);
    return sql == nullptr ? std::string_view() : std::string_view(sql);
}

void Statement::fail() { driver_.fail(statement_, parameters_ > 0, counts_rows_); }

void Statement::run(std::span<const Value> values, Fetch /*rows always come one by one*/) {
    bind(values);
    scales_.clear();  // of the table as it was
    run_.emplace(driver_, *this, writes_);
    done_ = false;
    affected_ = 0;
}

void Statement::bind(std::span<const Value> values) {
    using Kind = Value::Kind;
    if (values.size() != static_cast<std::size_t>(parameters_)) {
        throw UsageError("the statement has " + std::to_string(parameters_) + " placeholders but " +
                         std::to_string(values.size()) + " values are given");
    }
    made_texts_.clear();
    int position = 0;
    int failed = SQLITE_OK;
    for (const Value& value : values) {
        ++position;
        switch (value.kind()) {
            case Kind::null:
                failed |= sqlite3_bind_null(statement_, position);
                break;
            case Kind::boolean:
            case Kind::integer:
                failed |= sqlite3_bind_int64(statement_, position, value.number());
                break;
            case Kind::real:
                failed |= sqlite3_bind_double(statement_, position, value.floating());
                break;
            case Kind::text:
                check_size(value);
                detail::check_text(value.chars());
                failed |= bind_text(position, value.chars());
                break;
            case Kind::json:
            case Kind::array:
                check_size(value);
                detail::check_json(value.chars());
                failed |= bind_text(position, value.chars());
                break;
            case Kind::numeric:
                check_size(value);
                failed |= bind_text(position, value.chars());
                break;
            case Kind::bytes:
                check_size(value);
                failed |= value.chars().empty() ? sqlite3_bind_zeroblob(statement_, position, 0)
                                                : sqlite3_bind_blob64(statement_, position, value.chars().data(),
                                                                      value.chars().size(), SQLITE_STATIC);
                break;
            case Kind::date:
            case Kind::time:
            case Kind::timestamp:
            case Kind::timestamptz:
            case Kind::uuid:
                failed |= bind_text(position, made_texts_.keep(stored_text(value)));
                break;
        }
    }
    if (failed != SQLITE_OK) {
        sqlite3_clear_bindings(statement_);
        fail();
    }
    started_ = true;
}

int Statement::bind_text(int position, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    return sqlite3_bind_text64(statement_, position, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::run_to_end(std::span<const Value> values) {
    bind(values);
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement_);
    sqlite3_reset(statement_);  // keeps the error of the last step
    started_ = false;
    if (code != SQLITE_DONE) fail();
}

std::int64_t Statement::execute_many(detail::NextRow next) {
    std::vector<Value> values(static_cast<std::size_t>(parameters_));
    std::int64_t count = 0;
    const Driver::Run run(driver_, *this, writes_);  // one for all rows: the limits are those of the whole
    while (next(values)) {
        driver_.check_limits(*this);
        run_to_end(values);
        count += sqlite3_changes64(driver_.handle());  // a trigger may have left it out
    }
    return count;
}

Executed Statement::execute(std::span<const Value> values) {
    const Driver::Run run(driver_, *this, writes_);
    run_to_end(values);
    const Executed executed{counts_rows_ ? sqlite3_changes64(driver_.handle()) : 0,
                            sqlite3_last_insert_rowid(driver_.handle())};
    return executed;
}

bool Statement::first(std::span<const Value> values, detail::FunctionRef<void(const Row&)> row) {
    const Driver::Run run(driver_, *this, writes_);
    const struct Finish {
        Statement& statement;
        ~Finish() { statement.finish(); }
    } finish{*this};
    bind(values);
    driver_.check_limits(*this);
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        row(*this);
        return true;
    }
    if (code != SQLITE_DONE) fail();
    return false;
}

bool Statement::step() {
    if (done_) return false;
    driver_.check_limits(*this);
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    done_ = true;
    if (code != SQLITE_DONE) fail();
    if (counts_rows_) affected_ = sqlite3_changes64(driver_.handle());
    return false;
}

void Statement::finish() noexcept {
    if (!started_) return;
    if (!driver_.inherited()) sqlite3_reset(statement_);
    started_ = false;
    done_ = true;
    run_.reset();
}

int Statement::columns() const { return sqlite3_column_count(statement_); }
std::string_view Statement::column_name(int column) const {
    const char* name = sqlite3_column_name(statement_, column);
    return name == nullptr ? std::string_view("?") : std::string_view(name);
}

// A cell is fetched once (under SQLite's mutex) and then asked without it: that is only sound because a connection is
// used by one thread at a time. https://www.sqlite.org/c3ref/value.html
sqlite3_value* Statement::cell(int column) const { return sqlite3_column_value(statement_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Statement::wrong_type(int column, const char* wanted) const {
    const std::string name(column_name(column));
    if (is_null(column)) detail::fail_value("22004", "column " + name + " is NULL; read it into a std::optional");
    detail::fail_value("22P02", "column " + name + " does not hold " + wanted);
}

bool Statement::boolean(int column) const {
    const std::int64_t value = integer(column);
    if (value != 0 && value != 1) wrong_type(column, "a boolean (0 or 1)");
    return value == 1;
}

std::int64_t Statement::integer(int column) const {
    sqlite3_value* value = cell(column);
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_INTEGER) return sqlite3_value_int64(value);
    if (type == SQLITE_FLOAT) {
        const double number = sqlite3_value_double(value);
        if (number == std::trunc(number) && std::abs(number) < 9.0e15) return static_cast<std::int64_t>(number);
    }
    wrong_type(column, "an integer");
}

double Statement::real(int column) const {
    sqlite3_value* value = cell(column);
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_FLOAT || type == SQLITE_INTEGER) return sqlite3_value_double(value);
    wrong_type(column, "a number");
}

std::string_view Statement::text(int column) const {
    sqlite3_value* value = cell(column);
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL || type == SQLITE_BLOB) wrong_type(column, "text");
    return text_of(value);
}

std::string_view Statement::bytes(int column) const {
    sqlite3_value* value = cell(column);
    if (sqlite3_value_type(value) == SQLITE_NULL) wrong_type(column, "bytes");
    const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return data == nullptr ? std::string_view("") : std::string_view(data, size);
}

namespace {

/// The digits after the point that a column has by its declaration, NUMERIC(10,2); -1: none are declared.
int declared_scale(const char* type) {
    const std::string_view text = type == nullptr ? std::string_view() : std::string_view(type);
    if (!text.starts_with("NUMERIC(") && !text.starts_with("DECIMAL_TEXT(")) return -1;
    const std::size_t comma = text.find(',');
    int scale = 0;
    const char* const end = text.data() + text.size();
    if (comma == std::string_view::npos) return -1;
    const auto [rest, fault] = std::from_chars(text.data() + comma + 1, end, scale);
    return fault == std::errc() && std::string_view(rest, end) == ")" ? scale : -1;
}

}  // namespace

int Statement::scale_of(int column) const {
    constexpr int unknown = -2;
    if (scales_.empty()) scales_.assign(static_cast<std::size_t>(sqlite3_column_count(statement_)), unknown);
    int& scale = scales_[static_cast<std::size_t>(column)];
    if (scale == unknown) scale = declared_scale(sqlite3_column_decltype(statement_, column));
    return scale;
}

/// A column's numbers have all of its digits after the point, as PostgreSQL gives them.
Decimal Statement::numeric(int column) const {
    const std::optional<Decimal> value = decimal_of(cell(column));
    if (!value) wrong_type(column, "a decimal number");
    const int scale = scale_of(column);
    return scale > value->scale() && fits(*value, scale) ? value->rounded(scale) : *value;
}

Date Statement::date(int column) const { return Date::parse(text(column)); }
Time Statement::time(int column) const { return Time::parse(text(column)); }
Timestamp Statement::timestamp(int column) const { return Timestamp::parse(text(column)); }
TimestampTz Statement::timestamptz(int column) const { return TimestampTz::parse(text(column)); }
Uuid Statement::uuid(int column) const { return Uuid::parse(text(column)); }
std::string Statement::array(int column) const { return std::string(text(column)); }

void Statement::read_model(int first, const TableInfo& table, void* model) const {
    detail::ModelReader(*this).read(first, table, model);
}

}  // namespace strata::core::sqlite
