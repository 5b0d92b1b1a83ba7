#pragma once

#include <strata/dal/session.hpp>

namespace strata::dal {

namespace detail {

/// Walks over a range; rows that a range makes as it goes are kept here meanwhile.
template <class Range>
struct RangeWalk {
    using Iterator = decltype(std::begin(std::declval<const Range&>()));
    using Model = std::remove_cvref_t<decltype(*std::declval<Iterator&>())>;
    static constexpr bool made = !std::is_reference_v<decltype(*std::declval<Iterator&>())>;

    explicit RangeWalk(const Range& range) : at(std::begin(range)), end(std::end(range)) {}

    static void* next(void* state) {
        auto& walk = *static_cast<RangeWalk*>(state);
        if (walk.at == walk.end) return nullptr;
        if constexpr (made) {
            walk.row.emplace(*walk.at);
            ++walk.at;
            return &*walk.row;
        } else {
            const Model& model = *walk.at;
            ++walk.at;
            return const_cast<Model*>(&model);  // read only: Backend::insert_many
        }
    }

    Iterator at;
    decltype(std::end(std::declval<const Range&>())) end;
    std::conditional_t<made, std::optional<Model>, char> row{};
};

}  // namespace detail

template <class X>
auto Session::operator()(const X& condition_or_table) const {
    if constexpr (detail::table_handle<X>) {
        return Set<typename X::strata_source>(backend_, core::Fragment());
    } else if constexpr (core::is_assignment<X>) {
        static_assert(!core::is_assignment<X>, "strata: this assigns a value, where a condition compares with ==");
        return Set<typename X::strata_source>(backend_, core::Fragment());
    } else {
        static_assert(core::detail::condition<X>, "strata: this is no condition: compare it with something");
        static_assert(!std::is_same_v<core::detail::UsesOf<X>, Uses<>>,
                      "strata: this condition names no column of a table");
        static_assert(detail::OneSource<core::detail::UsesOf<X>>::value,
                      "strata: this condition names columns of several tables: use select().from().join()");
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
    static_assert((std::is_same_v<A, core::Assignment<Source>> && ...),
                  "strata: insert_into() takes assignments to columns of that table");
    std::optional<Model> row;
    if constexpr ((std::is_same_v<A, core::Assignment<Source>> && ...)) {
        core::Fragment fragment;
        (fragment.append(assignments.strata_fragment), ...);
        backend_->insert_values(
            {fragment, {core::Op::insert_values, 0, 0, &core::table_info<Model>()}}, detail::plan_of<Model>(),
            detail::RowOf<detail::Items<detail::Whole<Source>>, Uses<>>::layout,
            {&detail::append_to_optional<Model>, &row},
            [](const void* made) -> const void* { return &**static_cast<const std::optional<Model>*>(made); });
    }
    return std::move(*row);
}

template <class Range>
std::int64_t Session::insert_many(const Range& rows, const InsertOptions& options) const {
    using Walk = detail::RangeWalk<Range>;
    static_assert(detail::model<typename Walk::Model>, "strata: no STRATA_MODEL describes this type");
    Walk walk(rows);
    return backend_->insert_many(detail::plan_of<typename Walk::Model>(), {&Walk::next, &walk}, options);
}

template <class Range>
auto Session::insert_many_returning(const Range& rows, const InsertOptions& options) const {
    std::vector result(std::begin(rows), std::end(rows));
    using Model = typename decltype(result)::value_type;
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
    struct Walk {
        Model* at;
        Model* end;
        static void* next(void* state) {
            auto& walk = *static_cast<Walk*>(state);
            return walk.at == walk.end ? nullptr : walk.at++;
        }
    } walk{result.data(), result.data() + result.size()};
    backend_->insert_each(detail::plan_of<Model>(), {&Walk::next, &walk}, options);
    return result;
}

template <class Model, class... Key>
    requires(!detail::table_handle<Model>)
std::optional<Model> Session::get(const Key&... key) const {
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes this type");
    static_assert(sizeof...(Key) > 0, "strata: get() needs the key's value");
    core::Scratch scratch;
    const core::Value values[] = {detail::parameter(key, scratch)...};
    std::optional<Model> row;
    if constexpr (detail::model<Model>) {
        backend_->get(detail::plan_of<Model>(), values,
                      detail::RowOf<detail::Items<detail::Whole<Model>>, Uses<>>::layout,
                      {&detail::append_to_optional<Model>, &row});
    }
    return row;
}

template <class R, class... A>
std::vector<R> Session::query(std::string_view sql, const A&... arguments) const {
    static_assert(detail::raw_row<R>,
                  "strata: raw SQL reads into a described struct (BOOST_DESCRIBE_STRUCT), a std::tuple or a value");
    core::Scratch scratch;
    const detail::Argument list[] = {detail::argument(arguments, scratch)..., detail::Argument{}};
    std::vector<detail::Stored<R>> rows;
    if constexpr (detail::raw_row<R>) {
        backend_->query(sql, {list, sizeof...(A)}, detail::RawRow<R>::layout,
                        {&detail::append_to_vector<detail::Stored<R>>, &rows});
    }
    return detail::plain<R>(std::move(rows));
}

template <class Call>
auto Session::transaction(Call&& work, const TransactionOptions& options) const {
    using Result = std::decay_t<decltype(work(std::declval<Transaction&>()))>;
    using Slot = std::conditional_t<std::is_void_v<Result>, char, std::optional<Result>>;
    struct Context {
        std::remove_reference_t<Call>& work;
        Slot result{};
    } context{work};
    const auto call = [](void* at, const detail::BackendPtr& backend) {
        auto& its = *static_cast<Context*>(at);
        Transaction transaction(backend);
        if constexpr (std::is_void_v<Result>) {
            its.work(transaction);
        } else {
            its.result.emplace(its.work(transaction));
        }
    };
    backend_->transaction(options, {call, &context});
    if constexpr (!std::is_void_v<Result>) return std::move(*context.result);
}

}  // namespace strata::dal
