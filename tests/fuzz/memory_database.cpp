#include "memory_database.hpp"

#include "targets.hpp"

#include <sqlite3.h>

namespace strata::fuzz {

namespace {

using Statement = std::unique_ptr<::sqlite3_stmt, int (*)(::sqlite3_stmt*)>;

int only_tables(void*, int action, const char*, const char*, const char* database, const char*) {
    switch (action) {
        case SQLITE_CREATE_TABLE:
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_READ:
        case SQLITE_FUNCTION:
        case SQLITE_REINDEX:
        case SQLITE_TRANSACTION:
            return database != nullptr && std::string_view(database) == "temp" ? SQLITE_DENY : SQLITE_OK;
        default:
            return SQLITE_DENY;
    }
}

std::string text_of(const Statement& row, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row.get(), column));
    return text == nullptr ? std::string() : std::string(text);
}

}  // namespace

MemoryDatabase::MemoryDatabase() { expect(sqlite3_open(":memory:", &handle_) == SQLITE_OK, "no database"); }
MemoryDatabase::~MemoryDatabase() { sqlite3_close(handle_); }

bool MemoryDatabase::create_table(std::string_view sql) const {
    sqlite3_set_authorizer(handle_, only_tables, nullptr);
    const std::string text(sql);
    ::sqlite3_stmt* prepared = nullptr;
    const bool good = sqlite3_prepare_v2(handle_, text.c_str(), -1, &prepared, nullptr) == SQLITE_OK;
    const Statement statement(prepared, &sqlite3_finalize);
    const bool done =
        good && prepared != nullptr && sqlite3_stmt_isexplain(prepared) == 0 && sqlite3_step(prepared) == SQLITE_DONE;
    sqlite3_set_authorizer(handle_, nullptr, nullptr);
    return done;
}

std::vector<std::pair<std::string, std::string>> MemoryDatabase::tables() const {
    ::sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(
        handle_, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        -1, &prepared, nullptr);
    const Statement rows(prepared, &sqlite3_finalize);
    std::vector<std::pair<std::string, std::string>> result;
    while (sqlite3_step(rows.get()) == SQLITE_ROW) result.emplace_back(text_of(rows, 0), text_of(rows, 1));
    return result;
}

std::vector<MemoryDatabase::Column> MemoryDatabase::columns(const std::string& table) const {
    ::sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(handle_, "SELECT name, \"notnull\", pk, hidden FROM pragma_table_xinfo(?)", -1, &prepared,
                       nullptr);
    const Statement rows(prepared, &sqlite3_finalize);
    sqlite3_bind_text(rows.get(), 1, table.c_str(), -1, SQLITE_TRANSIENT);
    std::vector<Column> result;
    while (sqlite3_step(rows.get()) == SQLITE_ROW)
        result.push_back({text_of(rows, 0), sqlite3_column_int(rows.get(), 1) != 0,
                          static_cast<std::size_t>(sqlite3_column_int(rows.get(), 2)),
                          sqlite3_column_int(rows.get(), 3) >= 2});
    return result;
}

}  // namespace strata::fuzz
