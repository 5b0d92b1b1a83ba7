#include "detail/checks.hpp"
#include "detail/filters.hpp"
#include "detail/read_rows.hpp"
#include "detail/running.hpp"

#include <strata/core/error.hpp>
#include <strata/dal/batch.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace strata::dal::detail {

using core::Connection;

namespace {

constexpr Cell number_cells[] = {Cell{&core::type_of<std::int64_t>::info}};

using BatchResultPtr = core::detail::Shared<BatchResult>;

/// One statement of a batch. Its values live as long as it does.
class BatchStatement {
public:
    BatchStatement(const QueryCompiler& compiler, const RowLayout& layout, BatchResultPtr result)
        : compiler_(compiler), layout_(layout), result_(std::move(result)) {}
    BatchStatement(const BatchStatement&) = delete;
    BatchStatement& operator=(const BatchStatement&) = delete;
    virtual ~BatchStatement() = default;

    [[nodiscard]] virtual core::Intent intent() const = 0;
    [[nodiscard]] virtual const Shape& shape() const = 0;
    [[nodiscard]] virtual std::span<const core::Value> values() const = 0;
    [[nodiscard]] std::string operator()() const { return compiler_.compile(request()); }

    [[nodiscard]] const RowLayout& layout() const { return layout_; }
    void begin() { result_->clear(); }
    [[nodiscard]] void* add_row() { return result_->add(); }
    void done(const core::Executed& executed) {
        if (intent() == core::Intent::write) result_->changed(executed.rows);
    }

protected:
    [[nodiscard]] virtual Request request() const = 0;

private:
    const QueryCompiler& compiler_;
    const RowLayout& layout_;
    const BatchResultPtr result_;
};

class RequestStatement final : public BatchStatement {
public:
    RequestStatement(const Request& request, const RowLayout& layout, const Filters& filters,
                     const QueryCompiler& compiler, BatchResultPtr result)
        : BatchStatement(compiler, layout, std::move(result)),
          fragment_(request.fragment),
          call_({fragment_, request.verb, request.source, request.limit}, filters, compiler) {}

    [[nodiscard]] bool locks() const { return call_.locks(); }
    [[nodiscard]] core::Intent intent() const override { return intent_of(call_.request()); }
    [[nodiscard]] const Shape& shape() const override { return call_.shape(); }
    [[nodiscard]] std::span<const core::Value> values() const override { return call_.values(); }

protected:
    [[nodiscard]] Request request() const override { return call_.request(); }

private:
    const core::Fragment fragment_;
    const Call call_;
};

class GetStatement final : public BatchStatement {
public:
    GetStatement(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout,
                 std::shared_ptr<const RowCall> call, const QueryCompiler& compiler, BatchResultPtr result)
        : BatchStatement(compiler, layout, std::move(result)), call_(std::move(call)) {
        check_key(plan, key);
        for (const core::Value& value : key) {
            values_.push_back(value.borrows() ? value.relocated(texts_.keep(std::string(value.chars())).data())
                                              : value);
        }
        values_.append(call_->values().data(), call_->values().size());
    }

    [[nodiscard]] core::Intent intent() const override { return core::Intent::read; }
    [[nodiscard]] const Shape& shape() const override { return call_->shape(); }
    [[nodiscard]] std::span<const core::Value> values() const override { return {values_.data(), values_.size()}; }

protected:
    [[nodiscard]] Request request() const override { return call_->request(); }

private:
    const std::shared_ptr<const RowCall> call_;
    core::detail::SmallVector<core::Value, 4> values_;
    core::Scratch texts_;  // what the key's values borrow
};

using StatementPtr = std::unique_ptr<BatchStatement>;

class Results final : public core::CachedResults {
public:
    explicit Results(const std::vector<StatementPtr>& statements) : statements_(statements) {}
    void begin() override {
        reader_.reset();
        for (const StatementPtr& statement : statements_) statement->begin();
    }
    void row(std::size_t call, const core::Row& row) override {
        BatchStatement& statement = *statements_[call];
        if (!reader_ || read_ != call) {
            read_ = call;
            reader_.emplace(statement.layout());
            reader_->start(row);
        }
        reader_->read(row, statement.add_row());
    }
    void done(std::size_t call, const core::Executed& executed) override { statements_[call]->done(executed); }

private:
    const std::vector<StatementPtr>& statements_;
    std::optional<RowReader> reader_;  // of the call that is read
    std::size_t read_ = 0;
};

}  // namespace

constinit const RowLayout number_layout{number_cells, 1, nullptr};

struct BatchStatements::Statements {
    std::vector<StatementPtr> all;
    std::shared_ptr<const RowCall> get;  // of the table that was asked last
    const RowPlan* got = nullptr;
};

BatchStatements::BatchStatements(Backend& backend) : backend_(backend), statements_(new Statements()) {}
BatchStatements::~BatchStatements() { delete statements_; }

void BatchStatements::add(const Request& request, const RowLayout& layout, BatchResultPtr result) {
    auto statement =
        std::make_unique<RequestStatement>(request, layout, backend_.filters(), backend_.compiler(), std::move(result));
    if (statement->locks()) backend_.check_lock();
    backend_.check_change(request);
    statements_->all.push_back(std::move(statement));
}

void BatchStatements::add_get(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout,
                              BatchResultPtr result) {
    if (std::exchange(statements_->got, &plan) != &plan)
        statements_->get =
            std::make_shared<const RowCall>(plan, Verb::get_row, backend_.filters(), backend_.compiler());
    statements_->all.push_back(
        std::make_unique<GetStatement>(plan, key, layout, statements_->get, backend_.compiler(), std::move(result)));
}

void BatchStatements::run() {
    const std::vector<StatementPtr>& statements = statements_->all;
    core::Intent intent = core::Intent::read;
    std::vector<core::CachedCall> calls;
    calls.reserve(statements.size());
    for (const StatementPtr& statement : statements) {
        if (statement->intent() == core::Intent::write) intent = core::Intent::write;
        const BatchStatement& render = *statement;
        calls.push_back({statement->shape().key(), statement->shape().hash(), render, statement->values()});
    }
    Results results(statements);
    try {
        backend_.run(intent, [&](Connection& connection) { connection.run_cached(calls, intent, results); });
    } catch (const Error& error) {
        if (results.at == statements.size()) throw;
        error.raise_again("statement " + std::to_string(results.at + 1) + " of the batch: " + error.what(),
                          error.details());
    }
}

}  // namespace strata::dal::detail
