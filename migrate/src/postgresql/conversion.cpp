#include "conversion.hpp"

#include <strata/core/internal/type_kinds.hpp>

namespace strata::migrate::postgresql {
using core::TypeKind;
using core::internal::is_number;

std::string conversion(const schema::DdlCompiler& ddl, const std::string& column, const schema::Type& from,
                       const schema::Type& to) {
    const auto name = ddl.dialect().quoted(column);
    const auto type = ddl.type_name(to);
    auto cast = name + "::" + type;
    if (!from.generic() || !to.generic()) return cast;
    if (to.kind == TypeKind::enumeration) return name + "::text::" + type;
    if (to.array_of(TypeKind::enumeration)) return name + "::text[]::" + type;
    if (to.kind == TypeKind::text) return from.kind == TypeKind::bytes ? "convert_from(" + name + ", 'UTF8')" : "";
    if (is_number(from.kind) && is_number(to.kind)) return "";
    if (from.kind == to.kind && to.kind != TypeKind::array) return "";
    if (from.kind == TypeKind::boolean && is_number(to.kind)) return name + "::integer::" + type;
    if (is_number(from.kind) && to.kind == TypeKind::boolean) return name + "::text::boolean";  // only 0 and 1
    if (from.kind == TypeKind::text && to.kind == TypeKind::bytes) return "convert_to(" + name + ", 'UTF8')";
    return cast;
}

bool depends_on_time_zone(const schema::Type& from, const schema::Type& to) {
    const auto instants = [](const schema::Type& type) {
        return (type.generic() && type.kind == TypeKind::timestamptz) || type.array_of(TypeKind::timestamptz);
    };
    return instants(from) != instants(to);
}

}  // namespace strata::migrate::postgresql
