#include "query_log.hpp"

#include "guarded_call.hpp"
#include "raw_statement.hpp"

#include <strata/core/log.hpp>

namespace strata::core::detail {

std::unique_ptr<QueryLog> QueryLog::of(const EngineOptions& options) {
    const bool wanted = options.on_query || options.log_queries || options.slow_query.count() > 0;
    return wanted ? std::make_unique<QueryLog>(options) : nullptr;
}

QueryLog::QueryLog(const EngineOptions& options)
    : hook_(options.on_query), all_(options.log_queries), slow_(options.slow_query) {}

void QueryLog::tell(std::string_view sql, Author author, const Dialect& dialect, std::chrono::nanoseconds duration,
                    std::int64_t rows, std::string_view error_code) const {
    const std::string shown = masked_for_log(sql, dialect.lexis(), author);
    if (hook_) guarded_call("on_query failed", [&] { hook_({shown, tag, duration, rows, error_code}); });
    const bool slow = slow_.count() > 0 && duration >= slow_;
    const log::Level level = slow ? log::Level::warning : log::Level::info;
    if ((!slow && !all_) || !log::enabled(level)) return;
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    std::string line = (slow ? "slow query: " : "query: ") + std::to_string(microseconds) + " us, " +
                       std::to_string(rows) + (rows == 1 ? " row" : " rows");
    if (!tag.empty()) line += ", " + tag;
    if (!error_code.empty()) line += ", failed with " + std::string(error_code);
    log::write(level, line + ": " + shown);
}

}  // namespace strata::core::detail
