#include "pipeline.hpp"

#include "lexis.hpp"
#include "statement.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

namespace strata::core::postgresql {

class PipelineSession::Rows final : public detail::PreparedStatement, private ResultRow {
public:
    void take(ResultPtr result) {
        show(std::move(result));
        changed_ = rows_changed();
    }
    void run(std::span<const Value>, Fetch) override {}
    bool step() override { return next_row(); }
    [[nodiscard]] const Row& row() const override { return *this; }
    [[nodiscard]] std::int64_t affected() const override { return changed_; }
    void finish() noexcept override { show(nullptr); }
    Executed execute(std::span<const Value>) override { return {changed_}; }
    [[nodiscard]] std::string_view sql() const noexcept override { return {}; }

private:
    std::int64_t changed_ = 0;
};

PipelineSession::PipelineSession(Driver& driver)
    : driver_(driver), rows_(std::make_unique<Rows>()), own_(!driver.in_transaction()) {
    driver_.channel().enter_pipeline(driver_.deadline());
}

PipelineSession::~PipelineSession() {
    if (!open_) return;
    try {
        // Sent before the sync commits the implicit transaction; the server ends it with a warning.
        if (own_ && !refused_) add("ROLLBACK", {});
        finish();
    } catch (...) {  // NOLINT(bugprone-empty-catch): nobody has asked
    }
}

void PipelineSession::add(std::string sql, std::span<const Value> values) {
    if (sql.find('\0') != std::string_view::npos) throw UsageError("a statement holds a NUL character");
    if (detail::SqlLexer(sql, lexis).next().is("COPY"))
        throw UsageError("COPY is not run as a statement; use bulk_insert");
    driver_.check_text(sql);
    parameters_.set(values);
    driver_.channel().send(sql.c_str(), parameters_);
    const bool reads_only = detail::only_reads(sql, lexis) && !detail::may_change_session(sql, lexis);
    statements_.push_back({std::move(sql), nullptr, !values.empty(), reads_only});
    flushed_ = false;
}

void PipelineSession::add(std::shared_ptr<detail::PreparedStatement> statement, std::span<const Value> values) {
    const auto& prepared = static_cast<const Statement&>(*statement);
    parameters_.set(values);
    if (prepared.name().empty()) {
        driver_.channel().send(std::string(prepared.sql()).c_str(), parameters_);
    } else {
        driver_.channel().send_prepared(prepared.name().c_str(), parameters_);
    }
    const bool reads_only = prepared.reads_only();
    statements_.push_back({{}, std::move(statement), !values.empty(), reads_only});
    flushed_ = false;
}

Executed PipelineSession::executed() const { return {rows_->affected()}; }

detail::PreparedStatement& PipelineSession::next() {
    if (statements_.empty()) throw UsageError("no result of the pipeline is left");
    if (!flushed_) driver_.channel().send_flush();
    flushed_ = true;
    const Sent sent = std::move(statements_.front());
    statements_.pop_front();
    driver_.channel().restart_deadline(driver_.deadline());
    ResultPtr result = driver_.channel().receive_one();
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_ABORTED)
        throw UsageError("the statement did not run, since an earlier one of the pipeline failed");
    if (status == PGRES_EMPTY_QUERY) throw UsageError("there is no statement in the text");
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        failed_ = refused_ = true;
        driver_.fail_last(result.get(), sent.sql(), sent.values_bound, !sent.reads_only);
    }
    Driver::check_committed(result.get(), sent.sql());
    rows_->take(std::move(result));
    return *rows_;
}

void PipelineSession::finish() {
    if (!open_) return;
    open_ = false;
    Channel& channel = driver_.channel();
    channel.send_sync();
    ResultPtr failed;
    Sent culprit;
    while (!statements_.empty() && !channel.broken()) {
        ResultPtr result = channel.receive_one();
        const ExecStatusType status = PQresultStatus(result.get());
        const bool bad = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_ABORTED;
        if (bad && !failed_ && !failed) {
            failed = std::move(result);
            culprit = std::move(statements_.front());
        }
        statements_.pop_front();
    }
    ResultPtr at_sync = channel.finish_pipeline();
    if (failed) driver_.fail_last(failed.get(), culprit.sql(), culprit.values_bound, !culprit.reads_only);
    // A deferred constraint fails when the implicit transaction commits.
    if (at_sync && !failed_) driver_.fail_last(at_sync.get(), "COMMIT", true, true, true);
    if (channel.broken()) driver_.fail_last(nullptr, "COMMIT", false, true, true);
}

}  // namespace strata::core::postgresql
