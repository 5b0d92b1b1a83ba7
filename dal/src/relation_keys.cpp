#include "detail/relation_keys.hpp"

#include <strata/core/error.hpp>

#include <array>
#include <bit>
#include <utility>

namespace strata::dal::detail {

using core::Row;
using core::TypeInfo;
using core::TypeKind;
using core::Value;

namespace {

constexpr std::size_t kind_count = static_cast<std::size_t>(TypeKind::enumeration) + 1;

std::int64_t bits_of(double value) { return std::bit_cast<std::int64_t>(value == 0 ? 0.0 : value); }

[[noreturn]] void refuse_kind() { throw UsageError("a relation's columns hold neither JSON nor arrays"); }

bool is_integer(TypeKind kind) {
    return kind == TypeKind::small_integer || kind == TypeKind::integer || kind == TypeKind::big_integer;
}
bool is_real(TypeKind kind) { return kind == TypeKind::real || kind == TypeKind::double_precision; }

template <TypeKind kind>
void read_part(const Row& row, int column, void* object) {
    KeyPart& part = *static_cast<KeyPart*>(object);
    part.missing = true;
    if (row.is_null(column)) return;
    if constexpr (kind == TypeKind::boolean) {
        part.set(row.boolean(column) ? 1 : 0);
    } else if constexpr (kind == TypeKind::small_integer || kind == TypeKind::integer ||
                         kind == TypeKind::big_integer) {
        part.set(row.integer(column));
    } else if constexpr (kind == TypeKind::real || kind == TypeKind::double_precision) {
        part.set(bits_of(row.real(column)));
    } else if constexpr (kind == TypeKind::date) {
        part.set(row.date(column).days);
    } else if constexpr (kind == TypeKind::time) {
        part.set(row.time(column).microseconds);
    } else if constexpr (kind == TypeKind::timestamp) {
        part.set(row.timestamp(column).microseconds);
    } else if constexpr (kind == TypeKind::timestamptz) {
        part.set(row.timestamptz(column).microseconds);
    } else if constexpr (kind == TypeKind::numeric) {
        part.set_text(row.numeric(column).normalized().to_string());
    } else if constexpr (kind == TypeKind::bytes) {
        part.set_text(row.bytes(column));
    } else if constexpr (kind == TypeKind::uuid) {
        const Uuid uuid = row.uuid(column);
        part.set(Value::uuid(uuid));
    } else if constexpr (kind == TypeKind::text || kind == TypeKind::enumeration) {
        part.set_text(row.text(column));
    } else {
        refuse_kind();
    }
}

template <std::size_t... kind>
constexpr std::array<TypeInfo, kind_count> part_types(std::index_sequence<kind...>) {
    return {TypeInfo{static_cast<TypeKind>(kind), true, nullptr, &read_part<static_cast<TypeKind>(kind)>}...};
}

}  // namespace

void KeyPart::set(std::int64_t value) {
    missing = false;
    is_number = true;
    number = value;
}

void KeyPart::set_text(std::string_view value) {
    missing = false;
    is_number = false;
    text = value;
}

void KeyPart::set(const Value& value) {
    using Kind = Value::Kind;
    switch (value.kind()) {
        case Kind::null:
            missing = true;
            return;
        case Kind::boolean:
        case Kind::integer:
        case Kind::date:
        case Kind::time:
        case Kind::timestamp:
        case Kind::timestamptz:
            return set(value.number());
        case Kind::real:
            return set(bits_of(value.floating()));
        case Kind::text:
        case Kind::bytes:
        case Kind::uuid:
            return set_text(value.chars());
        case Kind::numeric:
            return set_text(Decimal::parse(value.chars()).normalized().to_string());
        case Kind::json:
        case Kind::array:
            break;
    }
    refuse_kind();
}

const TypeInfo& key_part_type(TypeKind kind) {
    static constexpr std::array<TypeInfo, kind_count> types = part_types(std::make_index_sequence<kind_count>());
    return types[static_cast<std::size_t>(kind)];
}

bool are_keys_of_one_kind(TypeKind left, TypeKind right) {
    return left == right || (is_integer(left) && is_integer(right)) || (is_real(left) && is_real(right));
}

/// A key of several columns, or of one that is not a number: each text after its length.
bool KeyNumbers::write_text(std::span<const KeyPart> key) {
    text_.clear();
    for (const KeyPart& part : key) {
        if (part.missing) return false;
        if (part.is_number) {
            text_ += std::to_string(part.number);
            text_ += ',';
        } else {
            text_ += std::to_string(part.text.size());
            text_ += ':';
            text_ += part.text;
        }
    }
    return true;
}

std::optional<std::uint32_t> KeyNumbers::find(std::span<const KeyPart> key) {
    if (key.size() == 1 && key[0].is_number) {
        if (key[0].missing) return std::nullopt;
        // Rows of one parent often come one after the other.
        if (latest_ != nullptr && latest_->first == key[0].number) return latest_->second;
        const auto found = numbers_.find(key[0].number);
        if (found == numbers_.end()) return std::nullopt;
        latest_ = &*found;
        return found->second;
    }
    if (!write_text(key)) return std::nullopt;
    const auto found = texts_.find(text_);
    return found == texts_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<KeyNumbers::Added> KeyNumbers::add(std::span<const KeyPart> key) {
    const auto next = static_cast<std::uint32_t>(size());
    if (key.size() == 1 && key[0].is_number) {
        if (key[0].missing) return std::nullopt;
        const auto [at, is_new] = numbers_.try_emplace(key[0].number, next);
        return Added{at->second, is_new};
    }
    if (!write_text(key)) return std::nullopt;
    const auto [at, is_new] = texts_.try_emplace(text_, next);
    return Added{at->second, is_new};
}

}  // namespace strata::dal::detail
