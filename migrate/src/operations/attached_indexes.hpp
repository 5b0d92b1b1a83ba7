#pragma once

#include <strata/schema/metadata.hpp>

#include <vector>

/// PostgreSQL's indexes that are attached to the index of a partitioned table, found in a state.
namespace strata::migrate {

/// An index of the state, and the table that it is of.
struct IndexPlace {
    const schema::Table* table = nullptr;
    const schema::Index* index = nullptr;
    [[nodiscard]] schema::QualifiedName name() const { return {table->name.schema, index->name}; }
    bool operator==(const IndexPlace&) const = default;
};

/// The index of that name; it has no index where the state has none.
[[nodiscard]] IndexPlace find_index(const schema::MetaData& state, const schema::QualifiedName& name);
/// The index and those that are attached to it, directly or not, each after the one that it is attached to.
[[nodiscard]] std::vector<IndexPlace> with_attached(const schema::MetaData& state, const IndexPlace& root);
/// The index, the one that it is attached to, and so on; nothing where the state has no index of that name.
[[nodiscard]] std::vector<IndexPlace> with_wholes(const schema::MetaData& state, const schema::QualifiedName& name);

/// In the order in which they can be made: parts of an index that all partitions have come first, since the database
/// takes in what it finds and makes the others under names of its own; what is attached to an ONLY index comes after
/// it.
[[nodiscard]] std::vector<IndexPlace> in_making_order(const schema::MetaData& state,
                                                      const std::vector<IndexPlace>& indexes);

}  // namespace strata::migrate
