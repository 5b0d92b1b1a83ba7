#pragma once

#include <strata/dal/session.hpp>

#include <tuple>
#include <utility>
#include <vector>

namespace strata::dal {

namespace detail {

/// Where the result of a statement in a batch goes.
class BatchResult : public core::detail::SharedCount {
public:
    virtual ~BatchResult() = default;
    virtual void clear() = 0;
    /// Makes a row and returns its address.
    virtual void* add() = 0;
    /// Takes the number of rows that were changed.
    virtual void changed(std::int64_t /*rows*/) {}
};

template <class R>
class RowsResult final : public BatchResult {
public:
    void clear() override { rows_.clear(); }
    void* add() override { return &rows_.emplace_back(); }
    [[nodiscard]] std::vector<R> take() { return plain<R>(std::move(rows_)); }

private:
    std::vector<Stored<R>> rows_;
};
template <class R>
class FirstResult final : public BatchResult {
public:
    void clear() override { row_.reset(); }
    void* add() override { return &row_.emplace(); }
    [[nodiscard]] std::optional<R> take() { return std::move(row_); }

private:
    std::optional<R> row_;
};
/// The one row of an insert.
template <class R>
class RowResult final : public BatchResult {
public:
    void clear() override { row_.reset(); }
    void* add() override { return &row_.emplace(); }
    [[nodiscard]] R take() { return std::move(*row_); }

private:
    std::optional<R> row_;
};
class CountResult final : public BatchResult {
public:
    void clear() override { count_ = 0; }
    void* add() override { return &count_; }
    void changed(std::int64_t rows) override { count_ = rows; }
    [[nodiscard]] std::int64_t take() const { return count_; }

private:
    std::int64_t count_ = 0;
};
class ExistsResult final : public BatchResult {
public:
    void clear() override { exists_ = false; }
    void* add() override {
        exists_ = true;
        return &ignored_;
    }
    [[nodiscard]] bool take() const { return exists_; }

private:
    std::int64_t ignored_ = 0;
    bool exists_ = false;
};

/// A layout of one number.
extern const RowLayout number_layout;

/// The statements of a batch, without types.
class BatchStatements {
public:
    explicit BatchStatements(Backend& backend);
    BatchStatements(const BatchStatements&) = delete;
    BatchStatements& operator=(const BatchStatements&) = delete;
    ~BatchStatements();

    void add(const Request& request, const RowLayout& layout, core::detail::Shared<BatchResult> result);
    void add_get(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout,
                 core::detail::Shared<BatchResult> result);
    void add_insert(const RowPlan& plan, const void* row, const RowLayout& layout,
                    core::detail::Shared<BatchResult> result);
    void add_insert_values(const RowPlan& plan, const core::Fragment& assignments, const RowLayout& layout,
                           core::detail::Shared<BatchResult> result);
    void add_raw(std::string_view sql, const RawArguments& arguments, const RowLayout& layout,
                 core::detail::Shared<BatchResult> result);
    void run();

private:
    struct Statements;
    Backend& backend_;
    Statements* statements_;
};

}  // namespace detail

/// What a statement of a batch will give: the batch returns the result itself in its place.
template <class Result>
class Pending {
public:
    explicit Pending(core::detail::Shared<Result> result) : result_(std::move(result)) {}
    [[nodiscard]] auto strata_take() const { return result_->take(); }

private:
    core::detail::Shared<Result> result_;
};

/// The statements of a batch, which run together when the callback has returned; see Session::batch().
class Batch {
public:
    explicit Batch(detail::Backend& backend) : statements_(backend) {}

    template <any_query Q>
    auto all(const Q& query) {
        return add<detail::RowsResult<RowType<Q>>>(Session::runnable(query, 0), Q::strata_row::layout);
    }
    template <any_query Q>
    auto first(const Q& query) {
        return add<detail::FirstResult<RowType<Q>>>(Session::runnable(query, 1), Q::strata_row::layout);
    }
    template <class Source>
    auto all(const Set<Source>& set) {
        return add<detail::RowsResult<typename Set<Source>::Model>>(set.rows(0), Set<Source>::Row::layout);
    }
    template <class Source>
    auto first(const Set<Source>& set) {
        return add<detail::FirstResult<typename Set<Source>::Model>>(set.rows(1), Set<Source>::Row::layout);
    }
    auto count(const detail::SetBase& set) {
        return add<detail::CountResult>(set.request(detail::Verb::count_of), detail::number_layout);
    }
    auto exists(const detail::SetBase& set) {
        return add<detail::ExistsResult>(set.request(detail::Verb::exists_in), detail::number_layout);
    }
    /// How many rows were changed.
    template <class Source, class... A>
    auto update(const Set<Source>& set, const A&... assignments) {
        if constexpr (detail::check_assignments<Source, Uses<Source>, A...>())
            return change(set, detail::all_assignments(assignments...), detail::Verb::update);
    }
    template <class Source>
    auto remove(const Set<Source>& set) {
        static_assert(!core::described_source<Source>, "strata: remove from the table itself, not from an alias of it");
        static_assert(!core::is_view<typename Set<Source>::Model>, "strata: this is a view, whose rows are only read");
        return change(set, {}, detail::Verb::remove);
    }
    /// The row with this key, or none.
    template <detail::table_handle Table, class... Key>
    auto get(const Table&, const Key&... key) {
        using Model = typename Table::strata_model;
        static_assert(detail::check_key_values<Model, Key...>(),
                      "strata: get() was given a value of another type than its column of the key");
        core::Scratch scratch;
        const core::Value values[] = {detail::parameter(key, scratch)...};
        core::detail::Shared result(new detail::FirstResult<Model>());
        statements_.add_get(detail::plan_of<Model>(), values,
                            detail::RowOf<detail::Items<detail::Whole<Model>>, Uses<>>::layout, result);
        return Pending(std::move(result));
    }

    /// The row as it is stored then, as Session::insert() gives it.
    template <class Model>
    auto insert(const Model& row) {
        static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        core::detail::Shared result(new detail::RowResult<Model>());
        if constexpr (detail::model<Model>)
            statements_.add_insert(detail::plan_of<Model>(), &row,
                                   detail::RowOf<detail::Items<detail::Whole<Model>>, Uses<>>::layout, result);
        return Pending(std::move(result));
    }
    /// The row of what is assigned; it writes no generated key.
    template <detail::table_handle Table, class... A>
    auto insert_into(const Table&, const A&... assignments) {
        using Source = typename Table::strata_source;
        using Model = typename Table::strata_model;
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        core::detail::Shared result(new detail::RowResult<Model>());
        if constexpr (detail::check_inserted<Source, A...>())
            statements_.add_insert_values(detail::plan_of<Model>(), detail::all_assignments(assignments...),
                                          detail::RowOf<detail::Items<detail::Whole<Source>>, Uses<>>::layout, result);
        return Pending(std::move(result));
    }
    /// The rows of raw SQL, as Session::query() reads them.
    template <class R, class... A>
    auto query(SqlText sql, const A&... arguments) {
        static_assert(detail::raw_row<R>,
                      "strata: raw SQL reads into a described struct (BOOST_DESCRIBE_STRUCT), a std::tuple or a value");
        core::detail::Shared result(new detail::RowsResult<R>());
        if constexpr (detail::raw_row<R>)
            statements_.add_raw(sql.view(), detail::ArgumentList<A...>(arguments...), detail::RawRow<R>::layout,
                                result);
        return Pending(std::move(result));
    }
    /// How many rows raw SQL changed.
    template <class... A>
    auto execute(SqlText sql, const A&... arguments) {
        core::detail::Shared result(new detail::CountResult());
        statements_.add_raw(sql.view(), detail::ArgumentList<A...>(arguments...), detail::number_layout, result);
        return Pending(std::move(result));
    }

    void strata_run() { statements_.run(); }

private:
    Pending<detail::CountResult> change(const detail::SetBase& set, core::Fragment&& assignments, detail::Verb verb) {
        const core::Fragment whole = set.changing(std::move(assignments), verb);
        return add<detail::CountResult>({whole, verb, set.source_}, detail::number_layout);
    }
    template <class Result>
    Pending<Result> add(const detail::Request& request, const detail::RowLayout& layout) {
        core::detail::Shared result(new Result());
        statements_.add(request, layout, result);
        return Pending<Result>(std::move(result));
    }

    detail::BatchStatements statements_;
};

namespace detail {

template <class Result>
auto taken(const Pending<Result>& pending) {
    return pending.strata_take();
}
template <class Result>
auto taken(const std::vector<Pending<Result>>& pending) {
    std::vector<decltype(pending.front().strata_take())> results;
    results.reserve(pending.size());
    for (const Pending<Result>& each : pending) results.push_back(each.strata_take());
    return results;
}
template <class... P>
auto taken(const std::tuple<P...>& pending) {
    return std::apply([](const P&... each) { return std::tuple(taken(each)...); }, pending);
}

}  // namespace detail

template <class Call>
    requires std::is_invocable_v<Call&, Batch&>
auto Session::batch(Call&& work) const {
    Batch batch(*backend_);
    if constexpr (std::is_void_v<decltype(work(batch))>) {
        work(batch);
        batch.strata_run();
    } else {
        const auto pending = work(batch);
        batch.strata_run();
        return detail::taken(pending);
    }
}

template <class... Q>
    requires(sizeof...(Q) > 0 && ((any_query<Q> || std::is_base_of_v<detail::SetBase, Q>) && ...))
auto Session::batch(const Q&... queries) const {
    return batch([&](Batch& batch) { return std::tuple{batch.all(queries)...}; });
}

}  // namespace strata::dal
