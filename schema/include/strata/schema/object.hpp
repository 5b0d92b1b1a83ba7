#pragma once

#include <strata/core/qualified_name.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::schema {

using core::QualifiedName;

/// What kinds of objects a schema is made of.
enum class ObjectKind : std::uint8_t {
    schema,
    extension,
    enum_type,
    domain,
    composite_type,
    range_type,
    base_type,
    collation,
    sequence,
    table,
    function,
    procedure,
    aggregate,
    operator_,  // NOLINT(readability-identifier-naming): the word itself is a keyword
    operator_family,
    operator_class,
    cast,
    view,
    materialized_view,
    index,
    trigger,
    event_trigger,
    rule,
    policy,
    text_search_dictionary,
    text_search_configuration,
    statistics,
    foreign_data_wrapper,
    foreign_server,
    user_mapping,
    foreign_table,
    publication,
    conversion,
    language,
    access_method,
    text_search_parser,
    text_search_template,
    transform,
    subscription,
};
/// "materialized view"
[[nodiscard]] std::string_view name_of(ObjectKind kind) noexcept;
/// The kind of this name, which may have `_` for a space: "materialized_view".
[[nodiscard]] std::optional<ObjectKind> object_kind(std::string_view name);

/// Which object it is: no two objects of a database have the same.
struct ObjectRef {
    ObjectKind kind = ObjectKind::table;
    QualifiedName name{};
    QualifiedName table{};    ///< of a trigger, rule or policy: the table or view that it belongs to
    std::string arguments{};  ///< of a function, procedure, aggregate or operator: the types of its arguments

    /// For messages: `trigger songs_ai on songs`, `function music.rate(integer)`.
    [[nodiscard]] std::string text() const;
    friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
    friend std::strong_ordering operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

/// What must exist before an object. Never a difference: a database and a model may know it in different detail.
struct Needs : std::vector<ObjectRef> {
    using std::vector<ObjectRef>::vector;
    friend bool operator==(const Needs&, const Needs&) noexcept { return true; }
};

/// What the vocabulary cannot express, and why: an object, or with the reason a part of one. It is kept and never
/// touched.
struct Unmanaged {
    ObjectRef ref{};
    std::string reason{};

    /// For messages: `table songs: its stored SQL cannot be read`.
    [[nodiscard]] std::string text() const { return ref.text() + ": " + reason; }
    friend bool operator==(const Unmanaged&, const Unmanaged&) = default;
};
/// Never a difference.
struct UnmanagedList : std::vector<Unmanaged> {
    using std::vector<Unmanaged>::vector;
    /// Each one's text().
    [[nodiscard]] std::vector<std::string> texts() const {
        std::vector<std::string> lines;
        for (const Unmanaged& each : *this) lines.push_back(each.text());
        return lines;
    }
    friend bool operator==(const UnmanagedList&, const UnmanagedList&) noexcept { return true; }
};

/// Which objects of a database belong to the models although no revision made them: those that fit each list that is
/// not empty. Without any list it is none.
struct Owns {
    std::vector<std::string> schemas{};  ///< their names or patterns; the current schema is the empty name
    std::vector<std::string> names{};    ///< patterns: `*` is any text, `?` any character
    std::vector<ObjectKind> kinds{};

    [[nodiscard]] bool owns(const ObjectRef& object) const;
    /// Says nothing about the database's shape, so that it is never a difference.
    friend bool operator==(const Owns&, const Owns&) noexcept { return true; }
};
/// Whether the text fits the pattern, in which `*` is any text and `?` any character.
[[nodiscard]] bool fits_pattern(std::string_view text, std::string_view pattern);

/// An object that is not a table, kept as the statements that make it. What needs more than that has fields of its own.
struct Object {
    ObjectRef ref{};
    /// The statement that creates it, without a final semicolon; for an enum type its labels say it.
    std::string definition{};
    /// Statements that complete it once it exists, such as `ALTER TABLE t ENABLE ALWAYS TRIGGER x`.
    std::vector<std::string> completions{};
    std::vector<std::string> labels{};  ///< of an enum type, in order
    std::string comment{};
    Needs needs{};
    bool operator==(const Object&) const = default;
};

}  // namespace strata::schema
