#pragma once

#include <strata/schema/metadata.hpp>

#include <variant>
#include <vector>

namespace strata::schema {

/// A table or another object of a MetaData.
using Item = std::variant<const Table*, const Object*>;

/// Everything in an order in which it can be created: each after what it needs. Foreign keys order tables where they
/// can; in a cycle of them the tables keep their order, and keys to later tables must be added afterwards. Where a
/// table and a function need each other the table is first, and its defaults and checks must be added afterwards. What
/// belongs to a table (its triggers, rules and policies) comes after all tables. Reversed, it is an order for dropping.
[[nodiscard]] std::vector<Item> creation_order(const MetaData& metadata);

/// The objects that a table cannot be created without: those of `needs`, its types, the tables that it is a partition
/// of or inherits from. Foreign keys are not among them.
[[nodiscard]] std::vector<ObjectRef> needs_of(const Table& table);

}  // namespace strata::schema
