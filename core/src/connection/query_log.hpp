#pragma once

#include "driver.hpp"
#include "raw_statement.hpp"

#include <strata/core/engine.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace strata::core::detail {

/// Reports each statement as the engine's options demand: to the hook, to the log, slow ones as warnings.
class QueryLog {
public:
    /// Returns null when nothing is to be reported, so that logging costs nothing then.
    static std::unique_ptr<QueryLog> of(const EngineOptions& options);

    explicit QueryLog(const EngineOptions& options);
    void tell(std::string_view sql, Author author, const Dialect& dialect, std::chrono::nanoseconds duration,
              std::int64_t rows, std::string_view error_code) const;

    std::string tag;

private:
    std::function<void(const QueryEvent&)> hook_;
    bool all_;
    std::chrono::milliseconds slow_;
};

}  // namespace strata::core::detail
