#include "statements.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <string>

namespace strata::migrate {
namespace {

/// Inserts row by row with bound values, using one prepared statement.
void write_rows(core::Connection& connection, const BulkInsert& insert) {
    const core::Dialect& dialect = connection.dialect();
    std::string sql = "INSERT INTO " + dialect.quoted(insert.table) + " (";
    std::string places;
    for (std::size_t i = 0; i < insert.columns.size(); ++i) {
        sql += i == 0 ? "" : ", ";
        dialect.quote(sql, insert.columns[i]);
        places += i == 0 ? "" : ", ";
        dialect.placeholder(places, static_cast<int>(i + 1));
    }
    sql += ") VALUES (" + places + ")";
    std::vector<core::Value> values(insert.columns.size());
    for (const auto& row : insert.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) values[i] = row[i].value();
        connection.execute(sql, values);
    }
}

/// A statement of ours that the next one can follow without a look at what it did.
bool goes_together(const Statement& statement) {
    const bool plain = statement.kind == StatementKind::ddl || statement.kind == StatementKind::data ||
                       statement.kind == StatementKind::setting;
    return plain && !statement.rows && !statement.alone;
}

/// The name of a copy would mean nothing to a reader.
std::string naming_table(std::string message, const Statement& statement) {
    const auto& [copy, table] = statement.copy;
    for (auto at = message.find(copy); at != std::string::npos; at = message.find(copy, at))
        message.replace(at, copy.size(), table);
    return message;
}

/// Runs the statements from `first` on that go together, and returns the index after the last.
std::size_t run_together(core::Connection& connection, const std::vector<Statement>& statements, std::size_t first,
                         std::optional<Place>& at) {
    std::vector<std::string> list;
    for (auto i = first; i < statements.size() && goes_together(statements[i]); ++i) list.push_back(statements[i].sql);
    std::size_t done = 0;
    const auto failed = [&]() -> const Statement& {
        const Statement& statement = statements[std::min(first + done, statements.size() - 1)];
        at = statement.place;
        return statement;
    };
    try {
        connection.run_all(list, &done);
    } catch (const UniqueViolation& error) {
        const Statement& statement = failed();
        if (statement.copy.first.empty()) throw;
        throw UniqueViolation(naming_table(error.what(), statement), error.details());
    } catch (const Error& error) {
        const Statement& statement = failed();
        if (statement.copy.first.empty()) throw;
        throw MigrationError(naming_table(error.what(), statement), error.details());
    } catch (...) {
        failed();
        throw;
    }
    return first + list.size();
}

void run_one(core::Connection& connection, const Statement& statement) {
    if (statement.kind == StatementKind::callback) {
        statement.callback(connection);
    } else if (statement.kind == StatementKind::assertion) {
        const auto found = connection.scalar(statement.sql).value_or("0");
        if (found != "0") throw MigrationError(counted(statement.refusal, found));
    } else if (statement.rows) {
        write_rows(connection, *statement.rows);
    } else {
        connection.script(statement.sql);
    }
}

}  // namespace

void run_all(core::Connection& connection, const std::vector<Statement>& statements, std::optional<Place>& at,
             const std::function<void()>& check, const std::function<void(const std::string&)>& announce) {
    for (std::size_t i = 0; i < statements.size();) {
        at = statements[i].place;
        const bool is_named = statements[i].kind == StatementKind::callback && !statements[i].sql.empty();
        if (is_named && announce) announce(statements[i].sql);
        if (goes_together(statements[i]))
            i = run_together(connection, statements, i, at);
        else
            run_one(connection, statements[i++]);
        check();
    }
}

}  // namespace strata::migrate
