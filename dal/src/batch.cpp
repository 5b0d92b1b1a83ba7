#include "detail/checks.hpp"
#include "detail/filters.hpp"
#include "detail/raw_sql.hpp"
#include "detail/read_rows.hpp"
#include "detail/row_rules.hpp"
#include "detail/row_statements.hpp"
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
    /// The statement's shape, or the key of its text.
    [[nodiscard]] virtual std::string_view key() const = 0;
    [[nodiscard]] virtual std::uint64_t hash() const = 0;
    [[nodiscard]] virtual std::span<const core::Value> values() const = 0;
    [[nodiscard]] virtual bool is_raw() const { return false; }
    /// Its SQL.
    [[nodiscard]] virtual std::string operator()() const = 0;

    /// What is known of it when it fails.
    [[nodiscard]] virtual Ran ran() const = 0;

    [[nodiscard]] const RowLayout& layout() const { return layout_; }
    void begin() { result_->clear(); }
    [[nodiscard]] void* add_row() { return result_->add(); }
    void no_row(const core::Row& columns) {
        if (is_raw() && layout_.names != nullptr) check_columns(columns, layout_);
    }
    void done(const core::Executed& executed) {
        if (intent() == core::Intent::write) result_->changed(executed.rows);
    }

protected:
    const QueryCompiler& compiler_;

private:
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
    [[nodiscard]] core::Intent intent() const override { return intent_of(call_); }
    [[nodiscard]] std::string_view key() const override { return call_.shape().key(); }
    [[nodiscard]] std::uint64_t hash() const override { return call_.shape().hash(); }
    [[nodiscard]] std::span<const core::Value> values() const override { return call_.values(); }
    [[nodiscard]] Ran ran() const override { return call_.request(); }
    [[nodiscard]] std::string operator()() const override { return compiler_.compile(call_.request()); }

private:
    const core::Fragment fragment_;
    const Call call_;
};

/// Values that it owns.
class OwnValues {
public:
    void add(std::span<const core::Value> values) {
        for (const core::Value& value : values)
            values_.push_back(value.borrows() ? value.relocated(texts_.keep(std::string(value.chars())).data())
                                              : value);
    }
    [[nodiscard]] std::span<const core::Value> get() const { return {values_.data(), values_.size()}; }

private:
    core::detail::SmallVector<core::Value, 4> values_;
    core::Scratch texts_;  // what the values borrow
};

/// A statement about one row, whose values come first.
class RowStatementOf : public BatchStatement {
public:
    RowStatementOf(const QueryCompiler& compiler, const RowLayout& layout, BatchResultPtr result,
                   std::shared_ptr<const RowCall> call)
        : BatchStatement(compiler, layout, std::move(result)), call_(std::move(call)) {}

    [[nodiscard]] core::Intent intent() const override {
        return reads(call_->request().verb) ? core::Intent::read : core::Intent::write;
    }
    [[nodiscard]] std::string_view key() const override { return call_->shape().key(); }
    [[nodiscard]] std::uint64_t hash() const override { return call_->shape().hash(); }
    [[nodiscard]] std::span<const core::Value> values() const override { return values_.get(); }
    [[nodiscard]] std::string operator()() const override { return compiler_.compile(call_->request()); }
    [[nodiscard]] Ran ran() const override { return call_->request(); }

protected:
    const std::shared_ptr<const RowCall> call_;
    OwnValues values_;
};

class GetStatement final : public RowStatementOf {
public:
    GetStatement(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout,
                 std::shared_ptr<const RowCall> call, const QueryCompiler& compiler, BatchResultPtr result)
        : RowStatementOf(compiler, layout, std::move(result), std::move(call)) {
        check_key(plan, key, "get");
        values_.add(key);
        values_.add(call_->values());
    }
};

/// The columns that an insert of a row writes, and the whole row back.
core::Fragment insert_of(const RowPlan& plan, std::span<const int> unset) {
    core::Fragment fragment;
    add_row_values(fragment, plan, inserted_columns(plan, unset), core::RowUse::written);
    fragment.append(whole_row(plan));
    return fragment;
}

/// Keeps a fragment for as long as the statement that borrows it.
struct KeptFragment {
    const core::Fragment fragment;
};

class InsertStatement final : KeptFragment, public RowStatementOf {
public:
    InsertStatement(const RowPlan& plan, const void* row, const RowLayout& layout, const Filters& filters,
                    const QueryCompiler& compiler, BatchResultPtr result)
        : KeptFragment{insert_of(plan, unset_columns(plan, row))},
          RowStatementOf(compiler, layout, std::move(result),
                         std::make_shared<const RowCall>(plan, Request{fragment, Verb::insert_columns, &plan.source},
                                                         filters, compiler)) {
        check_set_columns(plan, row, call_->columns().written);
        RowValues values(plan, true);
        add_values(values, *call_, row);
        values_.add(values.get());
    }
};

/// Raw SQL.
class RawStatement final : public BatchStatement {
public:
    RawStatement(std::string_view sql, const RawArguments& arguments, const RowLayout& layout,
                 const QueryCompiler& compiler, BatchResultPtr result)
        : BatchStatement(compiler, layout, std::move(result)),
          intent_(intent_of(sql, compiler)),
          raw_(bind_raw(compiler, sql, arguments)),
          key_(core::text_key(raw_.sql)) {
        values_.add(raw_.values);
    }

    [[nodiscard]] core::Intent intent() const override { return intent_; }
    [[nodiscard]] std::string_view key() const override { return key_; }
    [[nodiscard]] std::uint64_t hash() const override { return std::hash<std::string_view>()(key_); }
    [[nodiscard]] std::span<const core::Value> values() const override { return values_.get(); }
    [[nodiscard]] bool is_raw() const override { return true; }
    [[nodiscard]] Ran ran() const override { return Ran::raw(); }
    [[nodiscard]] std::string operator()() const override { return raw_.sql; }

private:
    const core::Intent intent_;
    const RawSql raw_;
    const std::string key_;
    OwnValues values_;
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
    void no_row(std::size_t call, const core::Row& columns) override { statements_[call]->no_row(columns); }
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

void BatchStatements::add_insert(const RowPlan& plan, const void* row, const RowLayout& layout, BatchResultPtr result) {
    backend_.refuse_hooks(plan.table, before_insert | after_insert, "an insert in a batch");
    statements_->all.push_back(std::make_unique<InsertStatement>(plan, row, layout, backend_.filters(),
                                                                 backend_.compiler(), std::move(result)));
}

void BatchStatements::add_insert_values(const RowPlan& plan, const core::Fragment& assignments, const RowLayout& layout,
                                        BatchResultPtr result) {
    backend_.refuse_hooks(plan.table, before_insert | after_insert, "an insert in a batch");
    const core::Fragment complete = with_client_defaults(assignments, plan);
    const Request request{complete, Verb::insert_values, &plan.source};
    if (names_key(request, plan))
        throw UsageError(std::string("an insert in a batch writes no generated keys, such as ") + plan.table.name +
                         "." + plan.table.column(plan.generated_key).name);
    check_assigned(request);
    add(request, layout, std::move(result));
}

void BatchStatements::add_raw(std::string_view sql, const RawArguments& arguments, const RowLayout& layout,
                              BatchResultPtr result) {
    backend_.refuse_filters();
    refuse_star(sql, backend_.compiler(), layout);
    statements_->all.push_back(
        std::make_unique<RawStatement>(sql, arguments, layout, backend_.compiler(), std::move(result)));
}

void BatchStatements::run() {
    const std::vector<StatementPtr>& statements = statements_->all;
    core::Intent intent = core::Intent::read;
    std::vector<core::CachedCall> calls;
    calls.reserve(statements.size());
    for (const StatementPtr& statement : statements) {
        if (statement->intent() == core::Intent::write) intent = core::Intent::write;
        const BatchStatement& render = *statement;
        calls.push_back({statement->key(), statement->hash(), render, statement->values(), statement->is_raw()});
    }
    Results results(statements);
    try {
        backend_.run_as_is(intent, [&](Connection& connection) { connection.run_cached(calls, intent, results); });
    } catch (const Error& failure) {
        const bool known = results.at < statements.size();
        try {
            rethrow_explained(failure, known ? statements[results.at]->ran() : Ran());
        } catch (const Error& error) {
            if (!known) throw;
            error.raise_again("statement " + std::to_string(results.at + 1) + " of the batch: " + error.what(),
                              error.details());
        }
    }
}

}  // namespace strata::dal::detail
