#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace strata::migrate {

/// How far a statement is that writes many rows: a table that SQLite builds anew, rows that a revision inserts.
struct RowProgress {
    std::string table;
    std::int64_t rows = 0;                  ///< written so far
    std::optional<std::int64_t> total{};    ///< where it is known how many it will be
    std::chrono::duration<double> spent{};  ///< since the first of them

    [[nodiscard]] double rows_per_second() const;
    /// At the pace so far; unset where the total is not known.
    [[nodiscard]] std::optional<std::chrono::seconds> left() const;
    /// `songs: 350000 of 1000000 rows, 512000 rows/s, 2 s left`
    [[nodiscard]] std::string text() const;
};

/// Called while such a statement runs, in the thread that runs it. It must not use the connection, nor throw.
using RowReport = std::function<void(const RowProgress& progress)>;

}  // namespace strata::migrate
