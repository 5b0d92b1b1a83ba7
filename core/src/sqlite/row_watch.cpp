#include "session.hpp"

#include <strata/core/internal/row_watch.hpp>

#include <sqlite3.h>

#include <utility>

namespace strata::core::detail {

RowWatch::RowWatch(Connection& connection, std::function<void(std::string_view table)> row)
    : row_(std::move(row)), handle_(sqlite::native_handle(connection.session())) {
    if (handle_ == nullptr) return;
    sqlite3_update_hook(
        handle_,
        [](void* self, int, const char*, const char* table, sqlite3_int64) {
            try {
                static_cast<RowWatch*>(self)->row_(table);
            } catch (...) {  // NOLINT(bugprone-empty-catch): SQLite's frames are C; a report is not worth the statement
            }
        },
        this);
}

RowWatch::~RowWatch() {
    if (handle_ != nullptr) sqlite3_update_hook(handle_, nullptr, nullptr);
}

}  // namespace strata::core::detail
