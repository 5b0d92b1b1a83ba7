#include "statement.hpp"

#include "../detail/text.hpp"
#include "driver.hpp"

#include <strata/core/error.hpp>

#include <limits>

namespace strata::core::postgresql {

Statement::Statement(Driver& driver, std::string_view sql)
    : driver_(driver), name_(driver.next_statement_name()), sql_(sql) {
    if (sql.find('\0') != std::string_view::npos) throw UsageError("a statement holds a NUL character");
    const ResultPtr prepared(PQprepare(driver_.handle(), name_.c_str(), sql_.c_str(), 0, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) fail(driver_.handle(), prepared.get(), sql_);
}

Statement::~Statement() { driver_.forget_statement(name_); }

void Statement::run(std::span<const Value> values) {
    parameters_.set(values);
    result_.reset(PQexecPrepared(driver_.handle(), name_.c_str(), parameters_.count(), parameters_.values(),
                                 parameters_.lengths(), parameters_.formats(), 0));
    const ExecStatusType status = PQresultStatus(result_.get());
    if (status == PGRES_EMPTY_QUERY) throw UsageError("there is no statement in the text");
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
        driver_.leave_copy();
        throw UsageError("COPY is not run as a statement; use bulk_insert");
    }
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        const ResultPtr failed = std::move(result_);
        const char* state = PQresultErrorField(failed.get(), PG_DIAG_SQLSTATE);
        if (state != nullptr && std::string_view(state) == "08P01") {
            throw UsageError("the statement has another number of placeholders than the " +
                             std::to_string(values.size()) + " values given");
        }
        fail(driver_.handle(), failed.get(), sql_);
    }
    row_ = -1;
    rows_ = PQntuples(result_.get());
    const char* affected = PQcmdTuples(result_.get());
    affected_ = *affected == '\0' ? 0 : detail::parse_integer(affected);
}

bool Statement::step() { return ++row_ < rows_; }

int Statement::columns() const { return PQnfields(result_.get()); }
std::string_view Statement::column_name(int column) const {
    const char* name = PQfname(result_.get(), column);
    return name == nullptr ? std::string_view("?") : std::string_view(name);
}
bool Statement::is_null(int column) const { return PQgetisnull(result_.get(), row_, column) != 0; }

void Statement::wrong_type(int column, const char* wanted) const {
    const std::string name(column_name(column));
    if (is_null(column)) detail::fail_value("22004", "column " + name + " is NULL; read it into a std::optional");
    detail::fail_value("22P02", "column " + name + " does not hold " + wanted);
}

std::string_view Statement::cell(int column, const char* wanted) const {
    const int length = PQgetlength(result_.get(), row_, column);
    if (length == 0 && is_null(column)) wrong_type(column, wanted);
    return {PQgetvalue(result_.get(), row_, column), static_cast<std::size_t>(length)};
}

template <class Parse>
auto Statement::parsed(int column, const char* wanted, const Parse& parse) const {
    const std::string_view text = cell(column, wanted);
    try {
        return parse(text);
    } catch (const ValueError& error) {
        detail::fail_value(error.code().c_str(), "column " + std::string(column_name(column)) + ": " + error.what());
    }
}

bool Statement::boolean(int column) const { return parsed(column, "a boolean", detail::parse_boolean); }
std::int64_t Statement::integer(int column) const { return parsed(column, "an integer", detail::parse_integer); }
double Statement::real(int column) const { return parsed(column, "a number", detail::parse_real); }
std::string_view Statement::text(int column) const { return cell(column, "text"); }

std::string_view Statement::bytes(int column) const {
    const auto index = static_cast<std::size_t>(column);
    if (bytes_.size() <= index) bytes_.resize(index + 1);
    return bytes_[index] = parsed(column, "bytes", detail::parse_hex_bytes);
}

Decimal Statement::numeric(int column) const { return parsed(column, "a decimal number", Decimal::parse); }
Date Statement::date(int column) const { return parsed(column, "a date", Date::parse); }
Time Statement::time(int column) const { return parsed(column, "a time of day", Time::parse); }
Timestamp Statement::timestamp(int column) const { return parsed(column, "a timestamp", Timestamp::parse); }
TimestampTz Statement::timestamptz(int column) const { return parsed(column, "a timestamp", TimestampTz::parse); }
Uuid Statement::uuid(int column) const { return parsed(column, "a UUID", Uuid::parse); }
std::string Statement::array(int column) const { return parsed(column, "an array", detail::braces_to_json_array); }

}  // namespace strata::core::postgresql
