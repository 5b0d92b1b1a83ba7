#pragma once

#include "connection/driver.hpp"
#include "parameters.hpp"
#include "result_row.hpp"

namespace strata::core::postgresql {

class Driver;

/// A named prepared statement on the server, or (with `once`, or through a pooler) one that is sent as a whole each
/// time.
class Statement final : public detail::PreparedStatement, private ResultRow {
public:
    Statement(Driver& driver, std::string_view sql, detail::Reuse reuse);
    ~Statement() override;

    void run(std::span<const Value> values, Fetch fetch) override;
    bool step() override;
    [[nodiscard]] const Row& row() const override { return *this; }
    [[nodiscard]] std::int64_t affected() const override { return affected_; }
    [[nodiscard]] std::size_t rows_here() const override { return source_ == Source::result ? rows() : 0; }
    void finish() noexcept override;
    Executed execute(std::span<const Value> values) override;
    void run_each(std::size_t width, detail::NextRow next, const EachResult& result) override;
    [[nodiscard]] std::string_view sql() const noexcept override { return sql_; }
    /// Its name on the server; empty: it is sent whole each time.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] bool reads_only() const noexcept { return reads_only_; }

private:
    /// How the rows are read.
    enum class Source : unsigned char { result, stream, portal };

    class Pipelined;

    void start_stream();
    [[nodiscard]] bool take_streamed();
    bool fetch_from_portal();
    void accept(ResultPtr result);
    [[noreturn]] void fail(const PGresult* result) const;

    Driver& driver_;
    std::string name_;  // empty: sent whole
    std::string sql_;
    Parameters parameters_;
    bool reads_only_ = false;
    Source source_ = Source::result;
    bool first_waits_ = false;  // the stream's first row has been taken and not been stepped to
    std::string portal_;
    bool portal_done_ = false;
    std::size_t portal_rows_ = 0;  // of the next FETCH
    detail::Deadline deadline_;    // of all that the portal gives
    std::int64_t affected_ = 0;
};

}  // namespace strata::core::postgresql
