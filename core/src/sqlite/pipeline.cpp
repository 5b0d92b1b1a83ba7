#include "pipeline.hpp"

#include <strata/core/error.hpp>

#include <sqlite3.h>

#include <exception>

namespace strata::core::sqlite {

PipelineSession::PipelineSession(Driver& driver, Intent intent) : driver_(driver), own_(!driver.in_transaction()) {
    if (own_) driver_.begin(intent == Intent::read ? TransactionOptions{} : immediate_transaction);
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
    auto text = std::make_unique<Text>();
    text->sql = std::move(sql);
    for (const Value& value : values) {
        text->values.push_back(value.borrows() ? value.relocated(text->texts.keep(std::string(value.chars())).data())
                                               : value);
    }
    waiting_.push_back({nullptr, text->values, std::move(text)});
}

void PipelineSession::add(std::shared_ptr<detail::PreparedStatement> statement, std::span<const Value> values) {
    waiting_.push_back({std::move(statement), values, nullptr});
}

detail::PreparedStatement& PipelineSession::next() {
    if (waiting_.empty()) throw UsageError("no result of the pipeline is left");
    end_running();
    running_.emplace(std::move(waiting_.front()));
    waiting_.pop_front();
    if (failed_) throw UsageError("the statement did not run, since an earlier one of the pipeline failed");
    try {
        if (!running_->statement)
            running_->statement = std::make_shared<Statement>(driver_, running_->text->sql, detail::Reuse::once);
        running_->statement->run(running_->values, Fetch::buffered);
    } catch (...) {
        failed_ = true;
        throw;
    }
    return *running_->statement;
}

/// The statement may run again, for a later result or another call.
void PipelineSession::end_running() noexcept {
    if (running_ && running_->statement) running_->statement->finish();
    running_.reset();
}

Executed PipelineSession::executed() const {
    return {running_->statement->affected(), sqlite3_last_insert_rowid(driver_.handle())};
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
    end_running();
    driver_.pipelining = false;
    if (own_ && !failed_) {
        driver_.commit();
    } else if (own_ && driver_.in_transaction()) {
        driver_.control("ROLLBACK");
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace strata::core::sqlite
