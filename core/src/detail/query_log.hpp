#pragma once

#include "driver.hpp"
#include "raw_statement.hpp"

#include <strata/core/engine.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace strata::core::detail {

/// Tells of each statement what an engine's options ask for: to the hook, to the log, slow ones as warnings.
class QueryLog {
public:
    /// Null where nothing is asked for, so that nothing is paid.
    static std::unique_ptr<QueryLog> of(const EngineOptions& options);

    explicit QueryLog(const EngineOptions& options);
    void tell(std::string_view sql, const Dialect& dialect, std::chrono::nanoseconds duration, std::int64_t rows,
              std::string_view error_code) const;

    std::string tag;

private:
    std::function<void(const QueryEvent&)> hook_;
    bool all_;
    std::chrono::milliseconds slow_;
};

}  // namespace strata::core::detail
