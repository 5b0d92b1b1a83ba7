#pragma once

#include "driver.hpp"
#include "parameters.hpp"
#include "result_row.hpp"

#include <deque>

namespace strata::core::postgresql {

/// Statements in flight on one connection. The values are in libpq's buffer once they are sent.
class PipelineSession final : public detail::PipelineDriver {
public:
    explicit PipelineSession(Driver& driver);
    ~PipelineSession() override;

    void add(std::string sql, std::span<const Value> values) override;
    void add(std::shared_ptr<detail::PreparedStatement> statement, std::span<const Value> values) override;
    detail::PreparedStatement& next() override;
    [[nodiscard]] Executed executed() const override;
    [[nodiscard]] std::size_t waiting() const noexcept override { return statements_.size(); }
    void note_failure() noexcept override { failed_ = true; }
    void finish() override;

private:
    /// The rows of a result that is whole.
    class Rows;
    struct Sent {
        std::string text;
        std::shared_ptr<detail::PreparedStatement> statement;  // instead of a text
        bool values_bound;
        bool reads_only;
        [[nodiscard]] std::string_view sql() const { return statement ? statement->sql() : std::string_view(text); }
    };

    Driver& driver_;
    std::unique_ptr<Rows> rows_;
    std::deque<Sent> statements_;
    Parameters parameters_;
    bool flushed_ = false;
    const bool own_;        // the implicit transaction is the pipeline's
    bool failed_ = false;   // the caller knows of a failure
    bool refused_ = false;  // by the server, which then takes no further statement
    bool open_ = true;
};

}  // namespace strata::core::postgresql
