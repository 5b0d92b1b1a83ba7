#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;

namespace strata::fuzz {

/// An empty SQLite database in memory, in which text of any kind can do nothing but make tables.
class MemoryDatabase {
public:
    struct Column {
        std::string name;
        bool required = false;  ///< NOT NULL
        std::size_t key = 0;    ///< its place in the primary key from 1; 0: not in it
        bool generated = false;
    };

    MemoryDatabase();
    ~MemoryDatabase();
    MemoryDatabase(const MemoryDatabase&) = delete;
    MemoryDatabase& operator=(const MemoryDatabase&) = delete;

    /// Whether SQLite runs the text, which is one CREATE TABLE with columns.
    [[nodiscard]] bool create_table(std::string_view sql) const;
    /// Name and stored SQL of each table, but for SQLite's own.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> tables() const;
    [[nodiscard]] std::vector<Column> columns(const std::string& table) const;

private:
    ::sqlite3* handle_ = nullptr;
};

}  // namespace strata::fuzz
