#pragma once

#include <strata/core/expression.hpp>

namespace strata::core {

template <class Model>
constexpr const TableInfo& table_info();

/// A Source that describes itself, as that of an alias does; a model is the source of its own table.
template <class Source>
concept described_source = requires { Source::strata_source_info; };

template <class Model>
inline constexpr SourceInfo table_source{SourceKind::table, &table_info<Model>()};

template <class Source>
constexpr const SourceInfo& source_info() {
    if constexpr (described_source<Source>) {
        return Source::strata_source_info;
    } else {
        return table_source<Source>;
    }
}

/// A column of a model as a handle: `songs.title`. It stores only its position among the model's columns; the type
/// carries the source (the model, or an alias of it) and the member's type. A comparison makes a condition; an
/// assignment makes what an update or an insert writes.
template <class Source, class T>
class Column : public Operand<Column<Source, T>, typename detail::Bare<T>::type, Uses<Source>, detail::Bare<T>::nulls> {
public:
    using source = Source;
    using value_type = T;

    constexpr explicit Column(int position) : index_(position) {}
    constexpr Column(const Column&) = default;
    /// Deleted, since assigning a handle of the same type would silently rebind this one.
    Column& operator=(const Column&) = delete;
    ~Column() = default;

    /// What a statement writes into the column: a value, std::nullopt where the column can be NULL, or an expression.
    template <class X>
    Assignment<Source, detail::UsesOf<X>> operator=(
        const X& value) const {  // NOLINT(misc-unconventional-assign-operator)
        using Bare = typename detail::Bare<T>::type;
        static_assert(detail::assignable_values<Bare, X>(),
                      "strata: this value cannot be assigned to a column of that type");
        static_assert(!detail::assignable_values<Bare, X>() || detail::Bare<T>::nulls == Nulls::maybe ||
                          detail::nulls_of<X> != Nulls::maybe,
                      "strata: this column cannot be NULL, and what is assigned to it can be");
        Fragment fragment;
        if constexpr (detail::integer<Bare> && detail::integer<X>) {
            if (!std::in_range<Bare>(value)) detail::fail_range();
        }
        static_assert(!described_source<Source>, "strata: assign to the table's own columns, not to those of an alias");
        if constexpr (!described_source<Source>) {
            detail::append_operand<Bare>(fragment, value, ForColumn{&table_source<Source>, index_, true});
            fragment.push(Op::assign, table_source<Source>, static_cast<std::size_t>(index_));
        }
        return {std::move(fragment)};
    }

    STRATA_DETAIL_INLINE void strata_append(Fragment& fragment) const {
        fragment.push(Op::column, source_info<Source>(), static_cast<std::size_t>(index_));
    }
    [[nodiscard]] ForColumn strata_for_column() const { return {&source_info<Source>(), index_}; }

    /// Position among the model's columns.
    [[nodiscard]] constexpr int strata_index() const noexcept { return index_; }

private:
    int index_;
};

}  // namespace strata::core
