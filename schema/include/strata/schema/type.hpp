#pragma once

#include <strata/core/qualified_name.hpp>
#include <strata/core/value.hpp>

#include <string>
#include <utility>
#include <vector>

namespace strata::schema {

using core::QualifiedName;
using core::TypeKind;

/// How a Type says what it is.
enum class TypeForm : std::uint8_t {
    generic,  ///< by `kind`: a type that both databases have
    native,   ///< by `native`: a type of one database, as that database spells it
    user,     ///< by `name`: a domain, a composite or range type, an extension's type; `native` has its modifiers
    none,     ///< SQLite: a column without a declared type
    unknown,  ///< only the database knows
};

/// The type of a column, the same for both databases, under the names of SQLAlchemy's generic types. A plain value.
struct Type {
    TypeKind kind = TypeKind::text;
    int length = 0;      ///< of text, characters; 0 is unlimited
    int precision = 0;   ///< of numeric, digits in all; 0 is unlimited
    int scale = 0;       ///< of numeric, digits after the point
    int fraction = -1;   ///< of time and timestamps, digits of a second's fraction; -1: all that the database keeps
    int dimensions = 0;  ///< of an array, as declared: PostgreSQL keeps the number and does not enforce it
    std::vector<Type> element{};        ///< of an array: one type (a list, since a type cannot contain itself)
    QualifiedName name{};               ///< of an enum or another user-defined type, PostgreSQL's
    std::vector<std::string> labels{};  ///< of an enum, in order
    TypeForm form = TypeForm::generic;
    /// `inet`, `bit(3)`; of a user-defined type, its modifiers: `(3)`; of a generic one another spelling (SQLite: INT).
    std::string native{};

    [[nodiscard]] bool generic() const noexcept { return form == TypeForm::generic; }
    /// Whether it is an array that this vocabulary knows, of elements of this kind.
    [[nodiscard]] bool array_of(TypeKind elements) const noexcept {
        return generic() && kind == TypeKind::array && !element.empty() && element.front().generic() &&
               element.front().kind == elements;
    }
    /// The enum type that a column of this type uses: this one, or that of its elements. Null for another type, and for
    /// an enum without a name.
    [[nodiscard]] const Type* enum_type() const noexcept {
        if (array_of(TypeKind::enumeration)) return element.front().enum_type();
        return generic() && kind == TypeKind::enumeration && !name.empty() ? this : nullptr;
    }
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
/// `TimeType{3}` keeps milliseconds.
struct TimeType : Type {
    explicit TimeType(int digits = -1) : Type{TypeKind::time} { fraction = digits; }
};
/// Without a zone.
struct DateTime : Type {
    explicit DateTime(int digits = -1) : Type{TypeKind::timestamp} { fraction = digits; }
};
/// An instant.
struct DateTimeTz : Type {
    explicit DateTimeTz(int digits = -1) : Type{TypeKind::timestamptz} { fraction = digits; }
};
struct UuidType : Type {
    UuidType() : Type{TypeKind::uuid} {}
};
struct JsonType : Type {
    JsonType() : Type{TypeKind::json} {}
};
struct Array : Type {
    explicit Array(Type of, int declared_dimensions = 1) : Type{TypeKind::array} {
        dimensions = declared_dimensions;
        element.push_back(std::move(of));
    }
};
struct Enum : Type {
    Enum(QualifiedName type_name, std::vector<std::string> in_order) : Type{TypeKind::enumeration} {
        name = std::move(type_name);
        labels = std::move(in_order);
    }
};
/// A type of one database that this vocabulary lacks, spelt as the database spells it: `Native("inet")`.
struct Native : Type {
    explicit Native(std::string spelling) {
        form = TypeForm::native;
        native = std::move(spelling);
    }
};
/// The same as a word, for items of a model: `type(songs.search, native("tsvector"))`.
[[nodiscard]] inline Type native(std::string spelling) { return Native(std::move(spelling)); }
/// A domain, a composite or range type, or a type of an extension, by its name: `UserType("citext")`,
/// `UserType({"music", "rating"})`, `UserType("vector", "(3)")`.
struct UserType : Type {
    explicit UserType(QualifiedName type_name, std::string modifiers = {}) {
        form = TypeForm::user;
        name = std::move(type_name);
        native = std::move(modifiers);
    }
};
/// A type under another name of the same database: `spelt(Integer(), "INT")`.
[[nodiscard]] inline Type spelt(Type type, std::string spelling) {
    type.native = std::move(spelling);
    return type;
}
/// SQLite: no declared type.
struct NoType : Type {
    NoType() { form = TypeForm::none; }
};
/// The type of a column that only the database knows.
struct UnknownType : Type {
    UnknownType() { form = TypeForm::unknown; }
};

}  // namespace strata::schema
