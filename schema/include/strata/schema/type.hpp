#pragma once

#include <strata/core/value.hpp>

#include <string>
#include <utility>
#include <vector>

namespace strata::schema {

using core::TypeKind;

/// The type of a column, the same for both databases, under the names of SQLAlchemy's generic types. A plain value.
struct Type {
    TypeKind kind = TypeKind::text;
    int length = 0;                     ///< of text, characters; 0 is unlimited
    int precision = 0;                  ///< of numeric, digits in all; 0 is unlimited
    int scale = 0;                      ///< of numeric, digits after the point
    TypeKind element = TypeKind::text;  ///< of an array
    std::string name{};                 ///< of an enum, the name of PostgreSQL's type
    std::vector<std::string> labels{};  ///< of an enum, in order
    /// A database type that this vocabulary lacks, as the database spells it. It is kept as it is and never compared.
    std::string native{};

    bool operator==(const Type&) const = default;
};

struct Boolean : Type {
    Boolean() : Type{TypeKind::boolean} {}
};
struct SmallInteger : Type {
    SmallInteger() : Type{TypeKind::small_integer} {}
};
struct Integer : Type {
    Integer() : Type{TypeKind::integer} {}
};
struct BigInteger : Type {
    BigInteger() : Type{TypeKind::big_integer} {}
};
struct Real : Type {
    Real() : Type{TypeKind::real} {}
};
struct Double : Type {
    Double() : Type{TypeKind::double_precision} {}
};
/// VARCHAR(length).
struct String : Type {
    explicit String(int characters) : Type{TypeKind::text, characters} {}
};
struct Text : Type {
    Text() : Type{TypeKind::text} {}
};
struct LargeBinary : Type {
    LargeBinary() : Type{TypeKind::bytes} {}
};
struct Numeric : Type {
    explicit Numeric(int digits = 0, int digits_after_point = 0)
        : Type{TypeKind::numeric, 0, digits, digits_after_point} {}
};
struct DateType : Type {
    DateType() : Type{TypeKind::date} {}
};
struct TimeType : Type {
    TimeType() : Type{TypeKind::time} {}
};
/// Without a zone.
struct DateTime : Type {
    DateTime() : Type{TypeKind::timestamp} {}
};
/// An instant.
struct DateTimeTz : Type {
    DateTimeTz() : Type{TypeKind::timestamptz} {}
};
struct UuidType : Type {
    UuidType() : Type{TypeKind::uuid} {}
};
struct JsonType : Type {
    JsonType() : Type{TypeKind::json} {}
};
struct Array : Type {
    explicit Array(const Type& of) : Type{TypeKind::array} {
        element = of.kind;
        name = of.name;
        labels = of.labels;
    }
};
struct Enum : Type {
    Enum(std::string type_name, std::vector<std::string> in_order) : Type{TypeKind::enumeration} {
        name = std::move(type_name);
        labels = std::move(in_order);
    }
};
/// Any other type, spelt as the database spells it.
struct Native : Type {
    explicit Native(std::string spelling) { native = std::move(spelling); }
};

}  // namespace strata::schema
