#include "driver.hpp"

#include <vector>

namespace strata::core::detail {

bool PreparedStatement::first(std::span<const Value> values, FunctionRef<void(const Row&)> row) {
    const struct Finish {
        PreparedStatement& statement;
        ~Finish() { statement.finish(); }
    } finish{*this};
    run(values, Fetch::buffered);
    if (!step()) return false;
    row(this->row());
    return true;
}

void PreparedStatement::run_each(std::size_t width, FunctionRef<bool(std::span<Value>)> next,
                                 const EachResult& result) {
    std::vector<Value> values(width);
    while (next(values)) {
        run(values, Fetch::buffered);
        while (step()) result.row(row());
        const std::int64_t rows = affected();
        finish();
        result.end(rows);
    }
}

}  // namespace strata::core::detail
