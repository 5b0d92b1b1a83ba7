#pragma once

#include "driver.hpp"
#include "statement.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace strata::core::sqlite {

/// Statements that run when their results are asked for. Outside of a transaction they have one of their own.
class PipelineSession final : public detail::PipelineDriver {
public:
    explicit PipelineSession(Driver& driver);
    ~PipelineSession() override;

    void add(std::string sql, std::span<const Value> values) override;
    detail::PreparedStatement& next() override;
    [[nodiscard]] std::size_t waiting() const noexcept override { return waiting_.size(); }
    void note_failure() noexcept override { failed_ = true; }
    void finish() override;

private:
    struct Waiting {
        std::string sql;
        std::vector<Value> values;
        Scratch texts;  // the texts that the values borrow
    };

    Driver& driver_;
    std::deque<Waiting> waiting_;
    std::unique_ptr<Waiting> running_;
    std::unique_ptr<Statement> statement_;
    bool own_;  // the pipeline began the transaction itself
    bool failed_ = false;
    bool open_ = true;
};

}  // namespace strata::core::sqlite
