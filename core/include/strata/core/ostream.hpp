#pragma once

#include <strata/core/types.hpp>

#include <concepts>
#include <ostream>

namespace strata {

/// A value type of ours on a stream, as its to_string().
template <class T>
    requires(std::same_as<T, Date> || std::same_as<T, Time> || std::same_as<T, Timestamp> ||
             std::same_as<T, TimestampTz> || std::same_as<T, Uuid> || std::same_as<T, Decimal>)
std::ostream& operator<<(std::ostream& out, const T& value) {
    return out << value.to_string();
}

}  // namespace strata
