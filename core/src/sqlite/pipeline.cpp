#include "pipeline.hpp"

#include <strata/core/error.hpp>

#include <exception>

namespace strata::core::sqlite {

PipelineSession::PipelineSession(Driver& driver) : driver_(driver), own_(!driver.in_transaction()) {
    if (own_) driver_.begin(immediate_transaction);
    driver_.pipelining = true;
}

PipelineSession::~PipelineSession() {
    if (!open_) return;
    failed_ = true;  // nobody has asked to keep it
    try {
        finish();
    } catch (...) {  // NOLINT(bugprone-empty-catch): nobody has asked
    }
}

void PipelineSession::add(std::string sql, std::span<const Value> values) {
    Waiting& waiting = waiting_.emplace_back();
    waiting.sql = std::move(sql);
    for (const Value& value : values) {
        waiting.values.push_back(
            value.borrows() ? value.relocated(waiting.texts.keep(std::string(value.chars())).data()) : value);
    }
}

detail::PreparedStatement& PipelineSession::next() {
    if (waiting_.empty()) throw UsageError("no result of the pipeline is left");
    statement_.reset();
    running_ = std::make_unique<Waiting>(std::move(waiting_.front()));
    waiting_.pop_front();
    if (failed_) throw UsageError("the statement did not run, since an earlier one of the pipeline failed");
    try {
        statement_ = std::make_unique<Statement>(driver_, running_->sql, detail::Reuse::once);
        statement_->run(running_->values, Fetch::buffered);
    } catch (...) {
        failed_ = true;
        throw;
    }
    return *statement_;
}

void PipelineSession::finish() {
    if (!open_) return;
    open_ = false;
    std::exception_ptr failure;
    while (!waiting_.empty() && !failed_) {
        try {
            detail::PreparedStatement& statement = next();
            while (statement.step()) {
            }
        } catch (...) {
            failed_ = true;
            failure = std::current_exception();
        }
    }
    waiting_.clear();
    statement_.reset();
    driver_.pipelining = false;
    if (own_ && !failed_) {
        driver_.commit();
    } else if (own_ && driver_.in_transaction()) {
        driver_.control("ROLLBACK");
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace strata::core::sqlite
