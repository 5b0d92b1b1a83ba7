#pragma once

#include <strata/core/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace strata::core::detail {

/// Where a member of a model lies whose value needs no conversion: one of a type that TypeInfo calls direct.
struct MemberField {
    std::uint32_t offset;
    TypeKind kind;
    bool nullable;
};

/// A row of a model as the values of a statement's placeholders, in order. Borrows from the row.
struct MemberValues {
    std::span<const MemberField> fields;
    const void* row;
};

template <class T, class Use>
auto use_direct(bool nullable, const void* object, const Use& use) {
    if (!nullable) return use(*static_cast<const T*>(object));
    const auto& value = *static_cast<const std::optional<T>*>(object);
    return value ? use(*value) : use(nullptr);
}

/// Calls `use` with the value of a direct member: a bool, a std::int32_t, a std::int64_t, a double or a std::string; or
/// nullptr where it is an empty optional.
template <class Use>
auto use_member(TypeKind kind, bool nullable, const void* object, const Use& use) {
    switch (kind) {
        case TypeKind::boolean:
            return use_direct<bool>(nullable, object, use);
        case TypeKind::integer:
            return use_direct<std::int32_t>(nullable, object, use);
        case TypeKind::big_integer:
            return use_direct<std::int64_t>(nullable, object, use);
        case TypeKind::double_precision:
            return use_direct<double>(nullable, object, use);
        default:
            return use_direct<std::string>(nullable, object, use);
    }
}

template <class Use>
auto use_member(const MemberField& field, const void* row, const Use& use) {
    return use_member(field.kind, field.nullable, static_cast<const char*>(row) + field.offset, use);
}

/// Makes a Value of a member.
struct ValueOfMember {
    Value operator()(std::nullptr_t) const { return {}; }
    Value operator()(bool value) const { return Value::boolean(value); }
    Value operator()(std::int32_t value) const { return Value::integer(value); }
    Value operator()(std::int64_t value) const { return Value::integer(value); }
    Value operator()(double value) const { return Value::real(value); }
    Value operator()(const std::string& value) const { return Value::text(value); }
};

}  // namespace strata::core::detail
