#pragma once

#include <strata/core/connection.hpp>

#include <functional>
#include <string_view>

struct sqlite3;

namespace strata::core::detail {

/// Calls with the table's name for each row that a statement of the connection inserts, changes or deletes while this
/// exists (the connection must outlive it), in the connection's thread. Only SQLite tells it, and not of tables WITHOUT
/// ROWID; elsewhere nothing is called. https://www.sqlite.org/c3ref/update_hook.html: the call must not use the
/// connection, nor throw.
class RowWatch {
public:
    RowWatch(Connection& connection, std::function<void(std::string_view table)> row);
    RowWatch(const RowWatch&) = delete;
    RowWatch& operator=(const RowWatch&) = delete;
    ~RowWatch();

private:
    std::function<void(std::string_view)> row_;
    ::sqlite3* handle_;  // null: another database
};

}  // namespace strata::core::detail
