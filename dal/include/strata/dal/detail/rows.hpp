#pragma once

#include <strata/core/detail/function_ref.hpp>
#include <strata/dal/alias.hpp>

#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace strata::dal::detail {

using core::Nulls;
using core::Uses;

/// One element of a select list: an expression, or a whole row.
template <class T, class U, Nulls N>
struct Item {};
template <class Source>
struct Whole {};
template <class... I>
struct Items {};

/// Where to store the cells of one element: a value, or a model's row, which can be missing. Constant data of a type,
/// so its functions are plain ones that take the object.
struct Cell {
    const core::TypeInfo* type = nullptr;
    const core::TableInfo* model = nullptr;
    void* (*engage)(void* optional) = nullptr;
    void (*disengage)(void* optional) = nullptr;
    const void* (*find)(const void* optional) = nullptr;  ///< the row, if there is one
};

/// How a result's rows are laid out in memory, for the one loop that reads all kinds of rows.
struct RowLayout {
    const Cell* cells;
    std::size_t count;
    void (*locate)(void* row, void** cells);  ///< nullptr: the row itself is the one element
    const char* const* names = nullptr;       ///< the elements' columns; nullptr: by position
    const char* type = "";                    ///< the row's type, when columns are found by name
};

/// Creates the next row and returns its address. It refers to a callable, as FunctionRef does; one with a member
/// reserve() is told how many rows come, where the database knows.
class Target {
public:
    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, Target>)
    Target(Callable&& callable) noexcept : next_(callable) {
        using Plain = std::remove_cvref_t<Callable>;
        if constexpr (requires(const Plain& plain) { plain.reserve(std::size_t()); }) {
            object_ = &callable;
            reserve_ = [](const void* object, std::size_t rows) { static_cast<const Plain*>(object)->reserve(rows); };
        }
    }
    void* operator()() const { return next_(); }
    void expect(std::size_t rows) const {
        if (reserve_ != nullptr) reserve_(object_, rows);
    }

private:
    core::detail::FunctionRef<void*()> next_;
    const void* object_ = nullptr;
    void (*reserve_)(const void* object, std::size_t rows) = nullptr;
};

template <class R>
struct AppendTo {
    std::vector<R>& rows;
    void* operator()() const { return &rows.emplace_back(); }
    void reserve(std::size_t more) const { rows.reserve(rows.size() + more); }
};
template <class R>
struct EmplaceIn {
    std::optional<R>& row;
    void* operator()() const { return &row.emplace(); }
};
/// Counts the rows, and keeps the last.
template <class R>
struct EmplaceOnly {
    std::optional<R> row{};
    std::size_t rows = 0;
    void* operator()() {
        ++rows;
        return &row.emplace();
    }
};

/// The elements of std::vector<bool> have no addresses.
struct Boolean {
    bool value;
};
template <class R>
using Stored = std::conditional_t<std::is_same_v<R, bool>, Boolean, R>;
template <class R>
R plain_row(Stored<R>&& row) {
    if constexpr (std::is_same_v<R, bool>) {
        return row.value;
    } else {
        return std::move(row);
    }
}
template <class R>
std::vector<R> plain(std::vector<Stored<R>>&& rows) {
    if constexpr (std::is_same_v<R, bool>) {
        std::vector<bool> flags;
        flags.reserve(rows.size());
        for (const Boolean row : rows) flags.push_back(row.value);
        return flags;
    } else {
        return std::move(rows);
    }
}

/// The type of one element in a result, given the tables that can be missing.
template <class I, class Outer>
struct ElementOf;
template <class T, class... U, Nulls N, class Outer>
struct ElementOf<Item<T, Uses<U...>, N>, Outer> {
    static constexpr bool nullable =
        N == Nulls::maybe || (N == Nulls::outer && (core::detail::contains<Outer, U> || ...));
    using type = std::conditional_t<nullable, std::optional<T>, T>;
    static constexpr Cell cell{&core::type_of<type>::info};
};
template <class Source, class Outer>
struct ElementOf<Whole<Source>, Outer> {
    using Model = ModelOf<Source>;
    static constexpr bool nullable = core::detail::contains<Outer, typename OwnSource<Source>::type>;
    using type = std::conditional_t<nullable, std::optional<Model>, Model>;
    static void* engage(void* row) { return &static_cast<std::optional<Model>*>(row)->emplace(); }
    static void disengage(void* row) { static_cast<std::optional<Model>*>(row)->reset(); }
    static const void* find(const void* row) {
        const auto& optional = *static_cast<const std::optional<Model>*>(row);
        return optional ? &*optional : nullptr;
    }
    static constexpr Cell cell{nullptr, &core::table_info<Model>(), nullable ? &engage : nullptr,
                               nullable ? &disengage : nullptr, nullable ? &find : nullptr};
};

/// A tuple's elements.
template <class Tuple, std::size_t... I>
void locate_elements(void* row, void** cells, std::index_sequence<I...>) {
    ((cells[I] = &std::get<I>(*static_cast<Tuple*>(row))), ...);
}
template <class Tuple>
void locate_tuple(void* row, void** cells) {
    locate_elements<Tuple>(row, cells, std::make_index_sequence<std::tuple_size_v<Tuple>>());
}

/// The row that a select list gives, and its layout.
template <class List, class Outer>
struct RowOf;
template <class I, class Outer>
struct RowOf<Items<I>, Outer> {
    using type = typename ElementOf<I, Outer>::type;
    static constexpr Cell cells[] = {ElementOf<I, Outer>::cell};
    static constexpr RowLayout layout{cells, 1, nullptr};
};
template <class... I, class Outer>
    requires(sizeof...(I) > 1)
struct RowOf<Items<I...>, Outer> {
    using type = std::tuple<typename ElementOf<I, Outer>::type...>;
    static constexpr Cell cells[] = {ElementOf<I, Outer>::cell...};
    static constexpr RowLayout layout{cells, sizeof...(I), &locate_tuple<type>};
};

}  // namespace strata::dal::detail
