#pragma once

#include <strata/core/column.hpp>

#include <utility>

namespace strata {

/// A member whose value is given, or left to the database: `strata::Default<TimestampTz> run_at;` with a
/// `server_default(jobs.run_at, now())`. While it is unset no insert and no update of the row writes the column; a
/// value is written, whatever the column's default is. A row that was read has it set.
template <class T>
class Default {
public:
    using value_type = T;

    Default() = default;
    Default(T value) : value_(std::move(value)), set_(true) {}  // NOLINT(google-explicit-constructor): as std::optional
    template <class V>
        requires(std::is_convertible_v<V, T> && !std::is_same_v<std::remove_cvref_t<V>, Default>)
    Default(V&& value) : value_(std::forward<V>(value)), set_(true) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool has_value() const noexcept { return set_; }
    /// The value; that of T{} while it is unset.
    [[nodiscard]] const T& operator*() const noexcept { return value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &value_; }
    void reset() {
        value_ = T{};
        set_ = false;
    }
    bool operator==(const Default&) const = default;

private:
    T value_{};
    bool set_ = false;
};

}  // namespace strata

namespace strata::core {

template <class T>
    requires column_element<T>
struct type_of<Default<T>> {
    static constexpr TypeKind kind = type_of<T>::kind;
    static Value view(const void* object, Scratch& scratch) {
        const auto& value = *static_cast<const Default<T>*>(object);
        return value.has_value() ? type_of<T>::info.view(&*value, scratch) : Value::null();
    }
    static void read(const Row& row, int column, void* object) {
        T value{};
        type_of<T>::info.read(row, column, &value);
        *static_cast<Default<T>*>(object) = std::move(value);
    }
    static bool is_unset(const void* object) { return !static_cast<const Default<T>*>(object)->has_value(); }
    static constexpr TypeInfo info{kind,     type_of<T>::info.nullable, &view,
                                   &read,    type_of<T>::info.element,  type_of<T>::info.enumeration,
                                   &is_unset};
};

namespace detail {
template <class T>
struct Bare<Default<T>> : Bare<T> {};
}  // namespace detail

}  // namespace strata::core
