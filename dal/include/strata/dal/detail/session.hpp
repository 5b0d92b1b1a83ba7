#pragma once

#include <strata/dal/session.hpp>

namespace strata::dal {

namespace detail {

template <class Call>
class KeptCallOf final : public KeptCall {
public:
    explicit KeptCallOf(Call&& call) : call_(std::move(call)) {}
    void run() override { call_(); }

private:
    Call call_;
};

}  // namespace detail

template <class Call>
void Transaction::after_commit(Call call) const {
    backend_->after_commit(core::detail::Shared<detail::KeptCall>(new detail::KeptCallOf<Call>(std::move(call))));
}

template <class X>
auto Session::operator()(const X& condition_or_table) const {
    if constexpr (detail::table_handle<X>) {
        return detail::TableSet<typename X::strata_source>(backend_, core::Fragment());
    } else if constexpr (requires { typename X::strata_all; }) {
        return Set<typename X::strata_all>(backend_, core::Fragment(), true);
    } else if constexpr (core::is_assignment<X>) {
        static_assert(!core::is_assignment<X>, "strata: this assigns a value, where a condition compares with ==");
        return Set<typename X::strata_source>(backend_, core::Fragment());
    } else {
        detail::check_condition_on_table<X>();
        core::Fragment fragment;
        condition_or_table.strata_append(fragment);
        fragment.push(core::Op::where);
        return Set<typename detail::OneSource<core::detail::UsesOf<X>>::type>(backend_, std::move(fragment));
    }
}

template <class Table, class... A>
typename Table::strata_model Session::insert_into(const Table&, const A&... assignments) const {
    using Source = typename Table::strata_source;
    using Model = typename Table::strata_model;
    static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
    std::optional<Model> row;
    if constexpr (detail::check_inserted<Source, A...>()) {
        core::Fragment fragment;
        (fragment.append(assignments.strata_fragment), ...);
        backend_->insert_values(
            {fragment, detail::Verb::insert_values, &core::source_info<Source>()}, detail::plan_of<Model>(),
            detail::RowOf<detail::Items<detail::Whole<Source>>, Uses<>>::layout, detail::EmplaceIn{row});
    }
    return std::move(*row);
}

template <class Range>
std::int64_t Session::insert_many(const Range& rows, const InsertOptions& options) const {
    using Walk = detail::RangeWalk<Range>;
    static_assert(detail::model<typename Walk::Model>, "strata: no STRATA_MODEL describes this type");
    static_assert(!core::is_view<typename Walk::Model>, "strata: this is a view, whose rows are only read");
    Walk walk(rows);
    if constexpr (requires { rows.strata_columns(); }) {  // rows that say which of their columns were given
        return backend_->insert_many(detail::plan_of<typename Walk::Model>(), walk, options, rows.strata_columns());
    } else {
        return backend_->insert_many(detail::plan_of<typename Walk::Model>(), walk, options);
    }
}

template <class Range>
auto Session::insert_many_returning(const Range& rows, const InsertOptions& options) const {
    std::vector result(std::begin(rows), std::end(rows));
    using Model = typename decltype(result)::value_type;
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
    static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
    Model* at = result.data();
    Model* const end = at + result.size();
    backend_->insert_each(detail::plan_of<Model>(), [&]() -> void* { return at == end ? nullptr : at++; }, options);
    return result;
}

template <class Model, class... Key>
    requires(!detail::table_handle<Model>)
std::optional<Model> Session::get(const Key&... key) const {
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
    std::optional<Model> row;
    if constexpr (detail::model<Model>) {
        static_assert(detail::check_key_values<Model, Key...>(),
                      "strata: get() was given a value of another type than its column of the key");
        core::Scratch scratch;
        const core::Value values[] = {detail::parameter(key, scratch)...};
        backend_->get(detail::plan_of<Model>(), values,
                      detail::RowOf<detail::Items<detail::Whole<Model>>, Uses<>>::layout, detail::EmplaceIn{row});
    }
    return row;
}

template <class R, class... A>
std::vector<R> Session::query(SqlText sql, const A&... arguments) const {
    static_assert(detail::raw_row<R>,
                  "strata: raw SQL reads into a described struct (BOOST_DESCRIBE_STRUCT), a std::tuple or a value");
    std::vector<detail::Stored<R>> rows;
    if constexpr (detail::raw_row<R>) {
        backend_->query(sql.view(), detail::ArgumentList<A...>(arguments...), detail::RawRow<R>::layout,
                        detail::AppendTo{rows});
    }
    return detail::plain<R>(std::move(rows));
}

template <class R, class... A>
Stream<R> Session::stream(SqlText sql, const A&... arguments) const {
    static_assert(detail::raw_row<R>,
                  "strata: raw SQL reads into a described struct (BOOST_DESCRIBE_STRUCT), a std::tuple or a value");
    if constexpr (detail::raw_row<R>) {
        return Stream<R>(
            backend_->stream(sql.view(), detail::ArgumentList<A...>(arguments...), detail::RawRow<R>::layout));
    }
}

template <class Call>
auto Session::transaction(Call&& work, const TransactionOptions& options) const {
    using Result = std::decay_t<decltype(work(std::declval<Transaction&>()))>;
    std::conditional_t<std::is_void_v<Result>, char, std::optional<Result>> result{};
    backend_->transaction(options, [&](const detail::BackendPtr& backend) {
        Transaction transaction(backend);
        if constexpr (std::is_void_v<Result>) {
            work(transaction);
        } else {
            result.emplace(work(transaction));
        }
    });
    if constexpr (!std::is_void_v<Result>) return std::move(*result);
}

template <class...>
const Session& TryVerbs::self() const {
    return static_cast<const Session&>(*this);
}

template <class Call>
auto TryVerbs::try_transaction(Call&& work, const TransactionOptions& options) const {
    using Value = std::decay_t<decltype(work(std::declval<Transaction&>()))>;
    if constexpr (core::detail::is_result<Value>) {
        std::optional<Value> result;
        core::detail::Caught failure = core::detail::attempt([&] {
            backend_->transaction(options, [&](const detail::BackendPtr& backend) {
                {
                    Transaction transaction(backend);
                    result.emplace(work(transaction));
                }
                // Without a temporary object, which a program without exceptions would not destroy.
                if (!*result) (void)result->value();
            });
        });
        if (failure.get() != nullptr) return Value(Failed(std::move(failure)));
        return *std::move(result);
    } else {
        return attempted([&] { return self<Call>().transaction(work, options); });
    }
}

}  // namespace strata::dal
