#include "statements.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace strata::migrate {
namespace {

/// Inserts the rows with bound values by one prepared statement.
void write_rows(core::Connection& connection, const BulkInsert& insert, RowMeter* meter) {
    const auto render = [&] {
        const core::Dialect& dialect = connection.dialect();
        std::string sql = "INSERT INTO " + dialect.quoted(insert.table) + " (";
        std::string places;
        for (std::size_t i = 0; i < insert.columns.size(); ++i) {
            sql += i == 0 ? "" : ", ";
            dialect.quote(sql, insert.columns[i]);
            places += i == 0 ? "" : ", ";
            dialect.placeholder(places, static_cast<int>(i + 1));
        }
        return sql + ") VALUES (" + places + ")";
    };
    const auto key = core::text_key(render());
    auto row = insert.rows.begin();
    const auto next = [&](std::span<core::Value> values) {
        if (row == insert.rows.end()) return false;
        std::ranges::transform(*row++, values.begin(), [](const auto& literal) { return literal.value(); });
        return true;
    };
    const auto ignored = [](const core::Row&) {};
    const auto written = [&](std::int64_t) {
        if (meter != nullptr) meter->row();
    };
    if (meter != nullptr) meter->begin(insert.table, static_cast<std::int64_t>(insert.rows.size()));
    connection.run_each(key, std::hash<std::string_view>()(key), render, insert.columns.size(), next,
                        {ignored, written});
    if (meter != nullptr) meter->end();
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
                         std::optional<Place>& at, RowMeter* meter) {
    std::vector<std::string> list;
    for (auto i = first; i < statements.size() && goes_together(statements[i]); ++i) {
        const bool counts = meter != nullptr && meter->is_on() && !statements[i].copy.first.empty();
        if (counts && !list.empty()) break;  // its rows are asked for after what comes before it
        if (counts) meter->before(statements[i]);
        list.push_back(statements[i].sql);
        if (counts) break;
    }
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

void run_one(core::Connection& connection, const Statement& statement, RowMeter* meter) {
    if (statement.kind == StatementKind::callback) {
        statement.callback(connection);
    } else if (statement.kind == StatementKind::assertion) {
        const auto found = connection.scalar(statement.sql).value_or("0");
        if (found != "0") throw MigrationError(counted(statement.refusal, found));
    } else if (statement.rows) {
        write_rows(connection, *statement.rows, meter);
    } else {
        connection.script(statement.sql);
    }
}

}  // namespace

void run_all(core::Connection& connection, const std::vector<Statement>& statements, std::optional<Place>& at,
             const RunWatch& watch) {
    for (std::size_t i = 0; i < statements.size();) {
        at = statements[i].place;
        const bool is_named = statements[i].kind == StatementKind::callback && !statements[i].sql.empty();
        if (is_named && watch.announce) watch.announce(statements[i].sql);
        if (goes_together(statements[i]))
            i = run_together(connection, statements, i, at, watch.meter);
        else
            run_one(connection, statements[i++], watch.meter);
        if (watch.check) watch.check();
    }
}

}  // namespace strata::migrate
