#include "catalogue.hpp"

#include <sqlite3.h>

#include <memory>

namespace strata::core::sqlite {

namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Query = std::unique_ptr<sqlite3_stmt, Finalize>;

Query prepared(::sqlite3* handle, const std::string& sql) {
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(handle, sql.c_str(), -1, &query, nullptr);
    return Query(query);
}

}  // namespace

std::vector<TextRow> text_rows(::sqlite3* handle, const std::string& sql, std::span<const std::string_view> values) {
    std::vector<TextRow> rows;
    const Query query = prepared(handle, sql);
    if (query == nullptr) return rows;
    int position = 0;
    for (const std::string_view value : values)
        sqlite3_bind_text(query.get(), ++position, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    while (sqlite3_step(query.get()) == SQLITE_ROW) {
        TextRow& row = rows.emplace_back();
        for (int column = 0; column < sqlite3_column_count(query.get()); ++column) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(query.get(), column));
            row.emplace_back(text == nullptr ? "" : text);
        }
    }
    return rows;
}

bool has_row(::sqlite3* handle, const std::string& sql, std::int64_t value) {
    const Query query = prepared(handle, sql);
    if (query == nullptr) return false;
    sqlite3_bind_int64(query.get(), 1, value);
    return sqlite3_step(query.get()) == SQLITE_ROW;
}

}  // namespace strata::core::sqlite
