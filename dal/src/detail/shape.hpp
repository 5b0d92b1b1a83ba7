#pragma once

#include <strata/core/fragment.hpp>

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace strata::dal::detail {

/// The hash of a statement's shape. Tokens are plain data, so their bytes are hashed.
[[nodiscard]] inline std::uint64_t hash_tokens(std::span<const core::Token> tokens) noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15ULL;
    for (const core::Token& token : tokens) {
        std::uint64_t words[2];
        static_assert(sizeof words == sizeof token);
        std::memcpy(words, &token, sizeof words);
        for (const std::uint64_t word : words) {
            hash = (hash ^ word) * 0xFF51AFD7ED558CCDULL;
            hash ^= hash >> 32U;
        }
    }
    return hash;
}

[[nodiscard]] inline std::string_view key_of(std::span<const core::Token> tokens) noexcept {
    return {reinterpret_cast<const char*>(tokens.data()), tokens.size_bytes()};
}

}  // namespace strata::dal::detail
