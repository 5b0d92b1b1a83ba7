#pragma once

#include <strata/core/connection.hpp>

#include <string>
#include <utility>
#include <vector>

namespace strata::migrate::sqlite {

/// Runs the statements of a change. Where a script is wanted, they run on a copy of the database without rows, and are
/// written down.
class Journal {
public:
    explicit Journal(core::Connection& connection, std::vector<std::string>* script = nullptr)
        : connection_(connection), script_(script) {}

    [[nodiscard]] core::Connection& connection() const noexcept { return connection_; }
    void execute(const std::string& sql);
    /// `SELECT count(*) FROM ` + from. A script ends there when it counts any.
    [[nodiscard]] std::string count_hindrances(const std::string& from);

    void savepoint(const std::string& name);
    /// Forgets the statements since then.
    void rollback_to_savepoint(const std::string& name);
    void release_savepoint(const std::string& name);

private:
    core::Connection& connection_;
    std::vector<std::string>* script_;
    std::vector<std::size_t> marks_;
};

/// The table of a script that takes no count but 0, so that the script ends at a hindrance.
inline constexpr const char* hindrances = "temp._strata_hindrances";

}  // namespace strata::migrate::sqlite
