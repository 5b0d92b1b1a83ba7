#include "detail/shape.hpp"

#include <strata/core/facts.hpp>

#include <cstring>

namespace strata::dal::detail {

namespace {

std::uint64_t hash_of(const std::uint64_t* words, std::size_t count) noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15ULL;
    for (std::size_t i = 0; i < count; ++i) {
        hash = (hash ^ words[i]) * 0xFF51AFD7ED558CCDULL;
        hash ^= hash >> 32U;
    }
    return hash;
}

}  // namespace

Shape::Shape(const Request& request) {
    const auto& descriptors = request.fragment.descriptors();
    words_.push_back(static_cast<std::uint64_t>(request.verb) | static_cast<std::uint64_t>(descriptors.size()) << 16U |
                     static_cast<std::uint64_t>(request.limit) << 32U);
    if (request.source != nullptr) add(*request.source);
    for (const core::Descriptor& descriptor : descriptors) {
        if (descriptor.source != nullptr) {
            add(*descriptor.source);
        } else {
            words_.push_back(static_cast<std::uint64_t>(descriptor.type->kind));
            words_.push_back(descriptor.type->enumeration == nullptr ? 0 : descriptor.type->enumeration->labels_hash);
        }
    }
    const auto& tokens = request.fragment.tokens();
    static_assert(sizeof(core::Token) == sizeof(std::uint64_t));
    std::memcpy(words_.add_room(tokens.size()), tokens.data(), tokens.size() * sizeof(core::Token));
    hash_ = hash_of(words_.data(), words_.size());
}

void Shape::add(const core::SourceInfo& source) {
    const std::string_view name = source.name == nullptr ? std::string_view() : std::string_view(source.name);
    const std::uint64_t table = source.table == nullptr ? 0 : source.table->facts().number;
    words_.push_back(static_cast<std::uint64_t>(source.kind) | std::uint64_t{source.name != nullptr} << 8U |
                     std::uint64_t{source.of != nullptr} << 9U | static_cast<std::uint64_t>(name.size()) << 16U |
                     table << 32U);
    if (source.of != nullptr) add(*source.of);
    if (name.empty()) return;
    const std::size_t count = (name.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
    std::uint64_t* const words = words_.add_room(count);
    words[count - 1] = 0;
    std::memcpy(words, name.data(), name.size());
}

}  // namespace strata::dal::detail
