#pragma once

#include <strata/schema/metadata.hpp>

#include <set>
#include <vector>

/// What cannot be without an object: it goes before the object is dropped, and comes back after it is made again.
namespace strata::migrate {

/// The objects of the state that need one of these or belong to it, and those that need them, in the order in which
/// they are made; not the objects themselves. What a view needs and nobody has said is told by its definition.
[[nodiscard]] std::vector<const schema::Object*> dependents(const schema::MetaData& state,
                                                            const std::set<schema::ObjectRef>& objects);

/// Whether it needs the other one itself, or belongs to it.
[[nodiscard]] bool needs(const schema::Object& object, const schema::ObjectRef& other);

/// A table that needs one of the objects; nullptr where none does.
[[nodiscard]] const schema::Table* table_that_needs(const schema::MetaData& state,
                                                    const std::set<schema::ObjectRef>& objects);

/// Whether it is a view, materialized or not.
[[nodiscard]] bool is_view(schema::ObjectKind kind) noexcept;
/// Whether triggers and rules may belong to it, and go with it.
[[nodiscard]] bool is_relation(schema::ObjectKind kind) noexcept;
/// Whether it belongs to the object, as a trigger to its view.
[[nodiscard]] bool belongs_to(const schema::ObjectRef& part, const schema::ObjectRef& object);

}  // namespace strata::migrate
