#pragma once

#include <strata/core/qualified_name.hpp>

#include <compare>
#include <cstdint>
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
    operator_,
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
};
/// "materialized view"
[[nodiscard]] std::string_view name_of(ObjectKind kind) noexcept;

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
