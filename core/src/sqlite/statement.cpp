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
void check_size(std::string_view chars) {
    if (chars.size() > detail::longest_statement)
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

void Statement::check_count(std::size_t given) const {
    if (given == static_cast<std::size_t>(parameters_)) return;
    throw UsageError("the statement has " + std::to_string(parameters_) + " placeholders but " + std::to_string(given) +
                     " values are given");
}

void Statement::bind(std::span<const Value> values) {
    using Kind = Value::Kind;
    check_count(values.size());
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
                check_size(value.chars());
                detail::check_text(value.chars());
                failed |= bind_text(position, value.chars());
                break;
            case Kind::json:
            case Kind::array:
                check_size(value.chars());
                detail::check_json(value.chars());
                failed |= bind_text(position, value.chars());
                break;
            case Kind::numeric:
                check_size(value.chars());
                failed |= bind_text(position, value.chars());
                break;
            case Kind::bytes:
                check_size(value.chars());
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
    settle_binding(failed);
}

void Statement::settle_binding(int failed) {
    if (failed != SQLITE_OK) {
        sqlite3_clear_bindings(statement_);
        fail();
    }
    started_ = true;
}

/// Binds a member to a placeholder; returns SQLite's code.
class Statement::MemberBinder {
public:
    MemberBinder(Statement& statement, int position) : statement_(statement), position_(position) {}
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement_.statement_, position_); }
    int operator()(bool value) const { return sqlite3_bind_int64(statement_.statement_, position_, value ? 1 : 0); }
    int operator()(std::int32_t value) const { return sqlite3_bind_int64(statement_.statement_, position_, value); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement_.statement_, position_, value); }
    int operator()(double value) const { return sqlite3_bind_double(statement_.statement_, position_, value); }
    int operator()(const std::string& value) const {
        check_size(value);
        detail::check_text(value);
        return sqlite3_bind_text(statement_.statement_, position_, value.data(), static_cast<int>(value.size()),
                                 SQLITE_STATIC);
    }

private:
    Statement& statement_;
    int position_;
};

void Statement::bind_row(const detail::MemberValues& values) {
    check_count(values.fields.size());
    int position = 0;
    int failed = SQLITE_OK;
    for (const detail::MemberField& field : values.fields)
        failed |= detail::use_member(field, values.row, MemberBinder(*this, ++position));
    settle_binding(failed);
}

int Statement::bind_text(int position, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    return sqlite3_bind_text64(statement_, position, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::run_bound() {
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement_);
    sqlite3_reset(statement_);  // keeps the error of the last step
    started_ = false;
    if (code != SQLITE_DONE) fail();
}

template <class BindNext>
std::int64_t Statement::run_many(const BindNext& bind_next) {
    std::int64_t count = 0;
    const Driver::Run run(driver_, *this, writes_);  // one for all rows: the limits are those of the whole
    while (bind_next()) {
        driver_.check_limits(*this);
        run_bound();
        count += sqlite3_changes64(driver_.handle());  // a trigger may have left it out
    }
    return count;
}

std::int64_t Statement::execute_many(detail::NextRow next) {
    std::vector<Value> values(static_cast<std::size_t>(parameters_));
    return run_many([&] {
        if (!next(values)) return false;
        bind(values);
        return true;
    });
}

std::int64_t Statement::execute_rows(std::span<const detail::MemberField> fields,
                                     detail::FunctionRef<const void*()> next_row) {
    return run_many([&] {
        const void* const row = next_row();
        if (row == nullptr) return false;
        bind_row({fields, row});
        return true;
    });
}

Executed Statement::executed() const {
    return {counts_rows_ ? sqlite3_changes64(driver_.handle()) : 0, sqlite3_last_insert_rowid(driver_.handle())};
}

Executed Statement::execute(std::span<const Value> values) {
    const Driver::Run run(driver_, *this, writes_);
    bind(values);
    run_bound();
    return executed();
}

Executed Statement::execute_row(const detail::MemberValues& values) {
    const Driver::Run run(driver_, *this, writes_);
    bind_row(values);
    run_bound();
    return executed();
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

/// A cell, fetched once (under SQLite's mutex) and then asked without it: that is only sound because a connection is
/// used by one thread at a time. https://www.sqlite.org/c3ref/value.html
class Statement::Cell {
public:
    Cell(const Statement& statement, int column)
        : statement_(statement),
          column_(column),
          value_(sqlite3_column_value(statement.statement_, column)),
          type_(sqlite3_value_type(value_)) {}

    [[nodiscard]] bool is_null() const { return type_ == SQLITE_NULL; }
    [[nodiscard]] bool boolean() const {
        const std::int64_t value = integer();
        if (value != 0 && value != 1) statement_.wrong_type(column_, "a boolean (0 or 1)");
        return value == 1;
    }
    [[nodiscard]] std::int64_t integer() const {
        if (type_ == SQLITE_INTEGER) return sqlite3_value_int64(value_);
        if (type_ == SQLITE_FLOAT) {
            const double number = sqlite3_value_double(value_);
            if (number == std::trunc(number) && std::abs(number) < 9.0e15) return static_cast<std::int64_t>(number);
        }
        statement_.wrong_type(column_, "an integer");
    }
    [[nodiscard]] double real() const {
        if (type_ == SQLITE_FLOAT || type_ == SQLITE_INTEGER) return sqlite3_value_double(value_);
        statement_.wrong_type(column_, "a number");
    }
    [[nodiscard]] std::string_view text() const {
        if (type_ == SQLITE_NULL || type_ == SQLITE_BLOB) statement_.wrong_type(column_, "text");
        return text_of(value_);
    }
    [[nodiscard]] sqlite3_value* value() const { return value_; }

private:
    const Statement& statement_;
    int column_;
    sqlite3_value* value_;
    int type_;
};

Statement::Cell Statement::direct_cell(int column) const { return {*this, column}; }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Statement::wrong_type(int column, const char* wanted) const {
    const std::string name(column_name(column));
    if (is_null(column)) detail::fail_value("22004", "column " + name + " is NULL; read it into a std::optional");
    detail::fail_value("22P02", "column " + name + " does not hold " + wanted);
}

bool Statement::boolean(int column) const { return direct_cell(column).boolean(); }
std::int64_t Statement::integer(int column) const { return direct_cell(column).integer(); }
double Statement::real(int column) const { return direct_cell(column).real(); }
std::string_view Statement::text(int column) const { return direct_cell(column).text(); }

std::string_view Statement::bytes(int column) const {
    const Cell cell(*this, column);
    if (cell.is_null()) wrong_type(column, "bytes");
    sqlite3_value* const value = cell.value();
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
    const std::optional<Decimal> value = decimal_of(direct_cell(column).value());
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
