#pragma once

#include <strata/dal/detail/mapping.hpp>

#include <tuple>

/// Input, patch and response structs of a model: described structs (BOOST_DESCRIBE_STRUCT) whose members are the
/// model's by name. A member that the other struct lacks, or that does not fit there, does not compile.
namespace strata::dal {

/// A row that make() made, and which of its columns were said: they are written even where the database would make a
/// value.
template <class Model>
class NewRow {
public:
    Model row{};
    std::vector<int> said{};

    operator Model() const { return row; }  // NOLINT(google-explicit-constructor): it is the row
};

/// A value for make() that is not the input's: `given<&Song::user_id>(ada.id)`.
template <auto Member, class T>
struct Given {
    T value;
};
template <auto Member, class T>
[[nodiscard]] Given<Member, std::decay_t<T>> given(T&& value) {
    return {std::forward<T>(value)};
}

/// The model's row of an input struct, and of values that are not the input's:
/// `db.insert(make<Song>(input, given<&Song::user_id>(ada.id)))`. What is left out must be able to be NULL, or be made
/// by the database as the facts say. Members that are a dal::Patch, and absent, are left out.
template <class Model, class Input, class... G>
[[nodiscard]] NewRow<Model> make(const Input& input, const G&... others) {
    NewRow<Model> made;
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes the type that make() makes");
    static_assert(detail::described<Input>, "strata: make() takes a described struct: BOOST_DESCRIBE_STRUCT");
    if constexpr (detail::model<Model> && detail::described<Input>) {
        using Make = detail::Make<Model, Input, G...>;
        if constexpr (Make::fits()) Make::run(made.row, made.said, input, others...);
    }
    return made;
}

/// The rows that make() makes of a range of input structs, one at a time.
template <class Model, class Range, class... G>
class NewRows {
    using Input = std::remove_cvref_t<decltype(*std::begin(std::declval<const Range&>()))>;
    using Make = detail::Make<Model, Input, G...>;

public:
    NewRows(const Range& inputs, const G&... given) : inputs_(inputs), given_(given...) {}

    class Iterator {
    public:
        Iterator(const NewRows& rows, decltype(std::begin(std::declval<const Range&>())) at) : rows_(&rows), at_(at) {}
        [[nodiscard]] Model operator*() const {
            Model row{};
            std::vector<int> said;
            const Input& input = *at_;
            std::apply([&](const G&... given) { Make::run(row, said, input, given...); }, rows_->given_);
            return row;
        }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator==(std::default_sentinel_t) const { return at_ == std::end(rows_->inputs_); }

    private:
        const NewRows* rows_;
        decltype(std::begin(std::declval<const Range&>())) at_;
    };
    [[nodiscard]] Iterator begin() const { return Iterator(*this, std::begin(inputs_)); }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

    /// For insert_many.
    [[nodiscard]] std::vector<int> strata_columns() const {
        std::vector<int> columns;
        const core::TableInfo& table = core::table_info<Model>();
        for (int i = 0; i < table.column_count; ++i) {
            if (Make::says(i) || !table.facts().columns[static_cast<std::size_t>(i)].server_made())
                columns.push_back(i);
        }
        return columns;
    }

private:
    const Range& inputs_;
    std::tuple<G...> given_;
};

/// For insert_many: `db.insert_many(dal::make_each<Song>(inputs, given<&Song::user_id>(ada.id)))`. The range must
/// outlive it.
template <class Model, class Range, class... G>
[[nodiscard]] auto make_each(const Range& inputs, const G&... others) {
    using Input = std::remove_cvref_t<decltype(*std::begin(inputs))>;
    static_assert(detail::model<Model>, "strata: no STRATA_MODEL describes the type that make_each() makes");
    static_assert(detail::described<Input>, "strata: make_each() takes described structs: BOOST_DESCRIBE_STRUCT");
    if constexpr (detail::model<Model> && detail::described<Input>) {
        if constexpr (detail::Make<Model, Input, G...>::fits_many())
            return NewRows<Model, Range, G...>(inputs, others...);
        else
            return std::vector<Model>();
    }
}

/// A response struct of a row, or any struct of another one: each member gets the member of that name.
template <class To, class From>
[[nodiscard]] To as(const From& from) {
    To to{};
    static_assert(detail::described<To> && detail::described<From>,
                  "strata: as() takes models and described structs: BOOST_DESCRIBE_STRUCT");
    if constexpr (detail::described<To> && detail::described<From>) {
        using Copy = detail::Copy<To, From>;
        if constexpr (Copy::fits()) Copy::run(to, from);
    }
    return to;
}
/// The same for each row of a range.
template <class To, class Range>
[[nodiscard]] std::vector<To> as_each(const Range& rows) {
    std::vector<To> all;
    for (const auto& row : rows) all.push_back(as<To>(row));
    return all;
}

template <class Model>
Model Session::insert(const NewRow<Model>& row) const {
    static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
    std::optional<Model> stored;
    backend_->insert_said(detail::plan_of<Model>(), &row.row, row.said,
                          detail::RowOf<detail::Items<detail::Whole<Model>>, Uses<>>::layout,
                          detail::EmplaceIn{stored});
    return std::move(*stored);
}

namespace detail {

template <class Table, class Struct>
struct PatchOf {
    using Model = typename Table::strata_model;

    template <class Key>
    static Model run(Backend& backend, const Table&, const Key& key, const Struct& patch) {
        static_assert(!core::is_view<Model>, "strata: this is a view, whose rows are only read");
        static_assert(described<Struct>, "strata: patch() takes a described struct: BOOST_DESCRIBE_STRUCT");
        std::optional<Model> row;
        if constexpr (described<Struct>) {
            using Say = PatchColumns<Model, Struct>;
            if constexpr (Say::fits()) {
                SaidColumn said[Say::count + 1];
                const std::size_t count = Say::say(patch, said);
                const auto& layout = RowOf<Items<Whole<Model>>, Uses<>>::layout;
                core::Scratch scratch;
                const auto call = [&](const auto&... part) {
                    const core::Value values[] = {parameter(part, scratch)...};
                    backend.patch(plan_of<Model>(), values, {said, count}, layout, EmplaceIn{row});
                };
                if constexpr (requires { std::tuple_size<Key>::value; }) {
                    std::apply(call, key);
                } else {
                    call(key);
                }
            }
        }
        return std::move(*row);
    }
};

}  // namespace detail
}  // namespace strata::dal
