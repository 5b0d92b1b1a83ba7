#pragma once

#include <strata/core/expression.hpp>

namespace strata::core {

template <class Model>
constexpr const TableInfo& table_info();

/// The alias that a Source represents; absent for a model itself (dal::alias makes such sources).
template <class Source>
concept aliased = requires { Source::strata_alias; };

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
    Assignment<Source> operator=(const X& value) const {  // NOLINT(misc-unconventional-assign-operator)
        using Bare = typename detail::Bare<T>::type;
        static_assert(detail::assignable_values<Bare, X>(),
                      "strata: this value cannot be assigned to a column of that type");
        static_assert(
            !detail::assignable_values<Bare, X>() || detail::is_optional<T> || detail::nulls_of<X> != Nulls::maybe,
            "strata: this column cannot be NULL, and what is assigned to it can be");
        Fragment fragment;
        if constexpr (detail::integer<Bare> && detail::integer<X>) {
            if (!std::in_range<Bare>(value)) detail::fail_range();
        }
        detail::append_operand<Bare>(fragment, value);
        static_assert(!aliased<Source>, "strata: assign to the table's own columns, not to those of an alias");
        if constexpr (!aliased<Source>) {
            constexpr const TableInfo* table = &table_info<Source>();
            fragment.push({Op::assign, 0, static_cast<std::uint32_t>(index_), table});
        }
        return Assignment<Source>{std::move(fragment)};
    }

    STRATA_DETAIL_INLINE void strata_append(Fragment& fragment) const {
        if constexpr (aliased<Source>) {
            fragment.column(Source::strata_alias, index_);
        } else {
            constexpr const TableInfo* table = &table_info<Source>();
            fragment.column(*table, index_);
        }
    }

    /// Position among the model's columns.
    [[nodiscard]] constexpr int strata_index() const noexcept { return index_; }

private:
    int index_;
};

}  // namespace strata::core
