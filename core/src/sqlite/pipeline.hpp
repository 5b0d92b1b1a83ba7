#pragma once

#include "driver.hpp"
#include "statement.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace strata::core::sqlite {

/// Statements that run when their results are asked for. Outside of a transaction they have one of their own.
class PipelineSession final : public detail::PipelineDriver {
public:
    PipelineSession(Driver& driver, Intent intent);
    ~PipelineSession() override;

    void add(std::string sql, std::span<const Value> values) override;
    void add(std::shared_ptr<detail::PreparedStatement> statement, std::span<const Value> values) override;
    detail::PreparedStatement& next() override;
    [[nodiscard]] Executed executed() const override;
    [[nodiscard]] std::size_t waiting() const noexcept override { return waiting_.size(); }
    void note_failure() noexcept override { failed_ = true; }
    void finish() override;

private:
    /// A statement that is prepared when it is run, with values of its own.
    struct Text {
        std::string sql;
        std::vector<Value> values;
        Scratch texts;  // what the values borrow
    };
    struct Waiting {
        std::shared_ptr<detail::PreparedStatement> statement;  // null until the text is prepared
        std::span<const Value> values;
        std::unique_ptr<Text> text;
    };

    void end_running() noexcept;

    Driver& driver_;
    std::deque<Waiting> waiting_;
    std::optional<Waiting> running_;
    bool own_;  // the pipeline began the transaction itself
    bool failed_ = false;
    bool open_ = true;
};

}  // namespace strata::core::sqlite
