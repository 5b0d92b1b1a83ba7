#pragma once

#include <strata/dal/alias.hpp>
#include <strata/dal/functions.hpp>

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::dal {

namespace detail {

template <class X>
void append_order(Fragment& fragment, const X& entry) {
    entry.strata_append(fragment);
    if constexpr (operand<X>) fragment.push(Op::order_by);
}
template <class X>
struct OrderUses {
    using type = core::detail::UsesOf<X>;
};
template <class X>
    requires requires { typename X::strata_order; }
struct OrderUses<X> {
    using type = typename X::strata_order;
};

/// The flags of an entry of an order in the other direction.
[[nodiscard]] unsigned reversed_order(unsigned flags);

/// Entries of an order by names that a caller may choose from.
class NamedOrders {
public:
    /// Appends the entry with that name, in the other direction if wanted; whether there is one.
    bool append(Fragment& out, std::string_view name, bool reversed) const;

protected:
    std::vector<std::pair<std::string_view, Fragment>> entries_;
};

}  // namespace detail

/// The orders that a program offers by name, such as the columns of a table on a page:
/// `const dal::SortKeys<Song> keys{{"title", songs.title}, {"newest", songs.created_at.desc()}};`
/// Names are not copied: give literals.
template <class... Sources>
class SortKeys : public detail::NamedOrders {
public:
    class Entry {
    public:
        template <class X>
        Entry(std::string_view name, const X& entry) : name_(name) {
            static_assert(core::detail::subset<typename detail::OrderUses<X>::type, Uses<Sources...>>,
                          "strata: this entry of SortKeys names a column of another table");
            detail::append_order(fragment_, entry);
        }

    private:
        friend class SortKeys;
        std::string_view name_;
        core::Fragment fragment_;
    };
    SortKeys(std::initializer_list<Entry> entries) {
        for (const Entry& entry : entries) entries_.emplace_back(entry.name_, entry.fragment_);
    }
};

/// Entries of an order that are chosen at run time: `dal::OrderList<Song> order; if (newest)
/// order.add(songs.created_at.desc()); db(songs).order_by(order)`. Empty, it orders nothing.
template <class... Sources>
class OrderList {
public:
    using strata_order = Uses<Sources...>;

    template <class X>
    OrderList& add(const X& entry) {
        static_assert(core::detail::subset<typename detail::OrderUses<X>::type, Uses<Sources...>>,
                      "strata: this entry of an OrderList names a column of another table");
        detail::append_order(fragment_, entry);
        return *this;
    }
    /// Adds the entry with that name, `reversed` in the other direction. Returns false, and adds nothing, when there
    /// is none of that name.
    [[nodiscard]] bool add(const SortKeys<Sources...>& keys, std::string_view name, bool reversed = false) {
        return keys.append(fragment_, name, reversed);
    }

    void strata_append(core::Fragment& fragment) const { fragment.append(fragment_); }

private:
    core::Fragment fragment_;
};

namespace detail {

/// A collation by its name.
template <Name N>
struct CollationName {
    static constexpr core::SourceInfo strata_source_info{core::SourceKind::name, nullptr, N.text};
};
/// The name of the collation that compares bytes, which databases call differently.
struct BinaryCollation {
    static constexpr core::SourceInfo strata_source_info{core::SourceKind::name, nullptr, nullptr};
};

template <class Collation, class X>
auto collated(const X& operand) {
    static_assert(is_text<typename X::strata_value>, "strata: only text has a collation");
    Fragment fragment;
    operand.strata_append(fragment);
    fragment.push(Op::collate, core::source_info<Collation>());
    return core::Expr<typename X::strata_value, typename X::strata_uses, X::strata_nulls>{{}, std::move(fragment)};
}

}  // namespace detail

/// A text that is compared and ordered by a collation of the database: `dal::collate<"de-x-icu">(users.name)`.
template <detail::Name N, operand X>
[[nodiscard]] auto collate(const X& operand) {
    return detail::collated<detail::CollationName<N>>(operand);
}
/// A text that is compared and ordered by its bytes, on both databases.
template <operand X>
[[nodiscard]] auto binary(const X& operand) {
    return detail::collated<detail::BinaryCollation>(operand);
}

}  // namespace strata::dal
