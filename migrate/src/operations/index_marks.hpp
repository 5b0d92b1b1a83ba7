#pragma once

#include <strata/schema/metadata.hpp>
#include <strata/schema/patch.hpp>

#include <string>

namespace strata::migrate::detail {

/// What a table says of one of its indexes, or of the index of a constraint, by its name: that it is clustered on it,
/// that it is its replica identity. The database forgets both with the index.
struct IndexMarks {
    bool cluster_on = false;
    bool replica_identity = false;

    void forget(schema::Table& table) const;
    /// The index has another name from now on.
    void rename(schema::Table& table, const std::string& index) const;
    /// Adds the marks to the patch, as `table` says them.
    void say_in(schema::TablePatch& patch, const schema::Table& table) const;
};

[[nodiscard]] IndexMarks marks_of(const schema::Table& table, const std::string& index);

}  // namespace strata::migrate::detail
