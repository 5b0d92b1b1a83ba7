#pragma once

#include <strata/core/codec.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

namespace strata::dal::detail {

/// One column's value in a key, in a form that is equal where the values are.
struct KeyPart {
    bool missing = true;  ///< NULL, which is equal to nothing
    bool is_number = false;
    std::int64_t number = 0;
    std::string text{};

    void set(const core::Value& value);
    void set(std::int64_t value);
    void set_text(std::string_view value);
};

/// Reads a cell of this kind into a KeyPart.
[[nodiscard]] const core::TypeInfo& key_part_type(core::TypeKind kind);
/// Whether two columns of these kinds have equal values in equal forms.
[[nodiscard]] bool are_keys_of_one_kind(core::TypeKind left, core::TypeKind right);

/// Numbers keys in the order in which they come.
class KeyNumbers {
public:
    /// The number of the key; nothing: it has a missing part.
    [[nodiscard]] std::optional<std::uint32_t> find(std::span<const KeyPart> key);
    /// The same for a key that may be new.
    struct Added {
        std::uint32_t number;
        bool is_new;
    };
    [[nodiscard]] std::optional<Added> add(std::span<const KeyPart> key);
    [[nodiscard]] std::size_t size() const { return numbers_.size() + texts_.size(); }

private:
    bool write_text(std::span<const KeyPart> key);
    std::unordered_map<std::int64_t, std::uint32_t> numbers_;
    const std::pair<const std::int64_t, std::uint32_t>* latest_ = nullptr;  // that was found; elements do not move
    std::unordered_map<std::string, std::uint32_t> texts_;
    std::string text_;
};

}  // namespace strata::dal::detail
