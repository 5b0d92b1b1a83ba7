#include "conversion.hpp"

namespace strata::migrate::postgresql {
namespace {

using core::TypeKind;

bool is_number(TypeKind kind) {
    switch (kind) {
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::numeric:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::string conversion(const schema::DdlCompiler& ddl, const std::string& column, const schema::Type& from,
                       const schema::Type& to) {
    const auto name = ddl.dialect().quoted(column);
    const auto type = ddl.type_name(to);
    auto cast = name + "::" + type;
    if (!from.native.empty() || !to.native.empty()) return cast;
    if (to.kind == TypeKind::enumeration) return name + "::text::" + type;
    if (to.kind == TypeKind::array && to.element == TypeKind::enumeration) return name + "::text[]::" + type;
    if (to.kind == TypeKind::text) return from.kind == TypeKind::bytes ? "convert_from(" + name + ", 'UTF8')" : "";
    if (is_number(from.kind) && is_number(to.kind)) return "";
    if (from.kind == to.kind && to.kind != TypeKind::array) return "";
    if (from.kind == TypeKind::boolean && is_number(to.kind)) return name + "::integer::" + type;
    if (is_number(from.kind) && to.kind == TypeKind::boolean) return name + "::text::boolean";  // only 0 and 1
    if (from.kind == TypeKind::text && to.kind == TypeKind::bytes) return "convert_to(" + name + ", 'UTF8')";
    if (from.kind == TypeKind::timestamptz && to.kind == TypeKind::timestamp) return name + " AT TIME ZONE 'UTC'";
    if (from.kind == TypeKind::timestamptz) return "(" + name + " AT TIME ZONE 'UTC')::" + type;
    if (to.kind == TypeKind::timestamptz && from.kind != TypeKind::text) return name + "::timestamp AT TIME ZONE 'UTC'";
    return cast;
}

}  // namespace strata::migrate::postgresql
