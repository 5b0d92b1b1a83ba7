#pragma once

#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::schema {

/// A change of some fields of a struct: their new values, and which they are. All that it does goes through the
/// struct's field list, so that a new field can be changed without further code. A plain value.
template <class Struct>
class Patch {
public:
    template <class T>
    Patch& set(T Struct::* field, std::type_identity_t<T> value) {
        values_.*field = std::move(value);
        fields_ |= bit(offset(field));
        return *this;
    }
    /// Makes a field keep its value.
    template <class T>
    Patch& keep(T Struct::* field) {
        values_.*field = Struct().*field;
        fields_ &= ~bit(offset(field));
        return *this;
    }
    /// The new value, or nullptr where the field keeps its value.
    template <class T>
    [[nodiscard]] const T* find(T Struct::* field) const {
        return (fields_ & bit(offset(field))) != 0 ? &(values_.*field) : nullptr;
    }
    [[nodiscard]] bool empty() const noexcept { return fields_ == 0; }
    /// The names of the fields that are changed, in the order of the struct.
    [[nodiscard]] std::vector<std::string_view> fields() const;
    void apply(Struct& to) const;
    /// The change that undoes this one.
    [[nodiscard]] Patch reversed(const Struct& before) const;
    bool operator==(const Patch&) const = default;

private:
    template <class T>
    [[nodiscard]] std::size_t offset(T Struct::* field) const {
        return static_cast<std::size_t>(reinterpret_cast<const char*>(&(values_.*field)) -
                                        reinterpret_cast<const char*>(&values_));
    }
    /// Of the field that is so many bytes after the struct's begin: its place in the field list, which is not here,
    /// since a revision should not have to read it.
    static std::uint64_t bit(std::size_t offset);

    Struct values_{};
    std::uint64_t fields_ = 0;
};
using ColumnPatch = Patch<Column>;
/// Of a table's options; its columns, constraints, indexes and comment have changes of their own.
using TablePatch = Patch<Table>;

/// What changes the one into the other. The names are not compared.
[[nodiscard]] ColumnPatch difference(const Column& before, const Column& after);
[[nodiscard]] TablePatch difference(const Table& before, const Table& after);

extern template class Patch<Column>;
extern template class Patch<Table>;

}  // namespace strata::schema
