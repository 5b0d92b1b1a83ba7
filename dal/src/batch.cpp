#include "detail/checks.hpp"
#include "detail/filters.hpp"
#include "detail/read_rows.hpp"
#include "detail/running.hpp"
#include "detail/violated_columns.hpp"

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

    /// The table that it is about, if it is about one.
    [[nodiscard]] const core::TableInfo* table() const { return Ran(request()).table; }

    void begin() {
        result_->clear();
        reader_.reset();
    }
    void row(const core::Row& row) {
        if (!reader_) {
            reader_.emplace(layout_);
            reader_->start(row);
        }
        reader_->read(row, result_->add());
    }
    void done(const core::Executed& executed) {
        if (intent() == core::Intent::write) result_->changed(executed.rows);
    }

protected:
    [[nodiscard]] virtual Request request() const = 0;

private:
    const QueryCompiler& compiler_;
    const RowLayout& layout_;
    const BatchResultPtr result_;
    std::optional<RowReader> reader_;
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
    GetStatement(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout, const Filters& filters,
                 const QueryCompiler& compiler, BatchResultPtr result)
        : BatchStatement(compiler, layout, std::move(result)), call_(plan, Verb::get_row, filters, compiler) {
        check_key(plan, key);
        for (const core::Value& value : key) {
            values_.push_back(value.borrows() ? value.relocated(texts_.keep(std::string(value.chars())).data())
                                              : value);
        }
        values_.append(call_.values().data(), call_.values().size());
    }

    [[nodiscard]] core::Intent intent() const override { return core::Intent::read; }
    [[nodiscard]] const Shape& shape() const override { return call_.shape(); }
    [[nodiscard]] std::span<const core::Value> values() const override { return {values_.data(), values_.size()}; }

protected:
    [[nodiscard]] Request request() const override { return call_.request(); }

private:
    const RowCall call_;
    core::detail::SmallVector<core::Value, 4> values_;
    core::Scratch texts_;  // what the key's values borrow
};

using StatementPtr = std::unique_ptr<BatchStatement>;

class Results final : public core::CachedResults {
public:
    explicit Results(const std::vector<StatementPtr>& statements) : statements_(statements) {}
    void begin() override {
        for (const StatementPtr& statement : statements_) statement->begin();
    }
    void row(std::size_t call, const core::Row& row) override { statements_[call]->row(row); }
    void done(std::size_t call, const core::Executed& executed) override { statements_[call]->done(executed); }

private:
    const std::vector<StatementPtr>& statements_;
};

}  // namespace

constinit const RowLayout number_layout{number_cells, 1, nullptr};

struct BatchStatements::Statements {
    std::vector<StatementPtr> all;
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
    statements_->all.push_back(
        std::make_unique<GetStatement>(plan, key, layout, backend_.filters(), backend_.compiler(), std::move(result)));
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
        ErrorDetails details = error.details();
        if (const core::TableInfo* const table = statements[results.at]->table()) add_columns(details, *table);
        error.raise_again("statement " + std::to_string(results.at + 1) + " of the batch: " + error.what(), details);
    }
}

}  // namespace strata::dal::detail
