#pragma once

#include <strata/dal/detail/backend.hpp>

#include <cstdint>
#include <string_view>

namespace strata::dal::detail {

/// What a statement's SQL depends on, by which connections cache it: the verb, what tokens refer to, and the tokens.
/// All by content or by numbers that are never given twice, never by addresses.
class Shape {
public:
    explicit Shape(const Request& request);
    [[nodiscard]] std::string_view key() const noexcept {
        return {reinterpret_cast<const char*>(words_.data()), words_.size() * sizeof(std::uint64_t)};
    }
    [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }

private:
    void add(const core::SourceInfo& source);

    core::detail::SmallVector<std::uint64_t, 32> words_;
    std::uint64_t hash_ = 0;
};

}  // namespace strata::dal::detail
