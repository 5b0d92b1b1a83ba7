#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/internal/row_watch.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/migrate/row_progress.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strata::migrate {

/// Counts the rows that statements write, and reports them at intervals. Used by one thread.
class RowMeter {
public:
    /// `report` may be empty; then nothing is counted.
    RowMeter(core::Connection& connection, const RowReport& report, std::chrono::milliseconds every);

    [[nodiscard]] bool is_on() const noexcept { return watch_.has_value(); }
    /// Called before the statement: asks how many rows a copy has to write.
    void before(const Statement& statement);
    /// From now on row() counts the rows of this table, and not what the database tells of them; until end().
    void begin(const schema::QualifiedName& table, std::int64_t total);
    void row();
    void end() noexcept { by_hand_ = false; }

private:
    using Clock = std::chrono::steady_clock;

    void watched(std::string_view table);
    void count();
    void start(std::string_view table, std::optional<std::int64_t> total);

    core::Connection& connection_;
    const RowReport& report_;
    std::chrono::milliseconds every_;
    std::map<std::string, std::int64_t, std::less<>> totals_;      // of the tables that are copied
    std::map<std::string, std::string, std::less<>> copied_from_;  // the table that a copy stands for
    std::string counted_;                                          // the table as the database calls it
    RowProgress progress_;
    Clock::time_point started_{};
    Clock::time_point reported_{};
    bool by_hand_ = false;
    std::optional<core::detail::RowWatch> watch_;
};

}  // namespace strata::migrate
