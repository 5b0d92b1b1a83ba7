#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <vector>

/// Tables and columns that are kept aside instead of being dropped, and taken back. Both are done by the operations
/// that there are for other purposes: a rename, and drops and additions of what would be in the way.
namespace strata::migrate {

/// The operations that a drop which keeps, or an addition which takes back, consists of; any other operation alone.
/// `names_are_shared`: the names of keys are those of indexes, so that a table of the old name could not have them.
/// Throws MigrationError when the operation does not fit the state.
[[nodiscard]] std::vector<Operation> parts_of(const Operation& operation, const schema::MetaData& state,
                                              bool names_are_shared);

/// Operations of which those that keep or take back are written as what they consist of, and so is the renaming of a
/// label where columns do not share a type.
struct SplitOperations {
    std::vector<Operation> operations;
    std::vector<std::size_t> origin;  ///< for each, the index of the operation that it is a part of

    /// Names the original operations.
    void restore(Place& place) const {
        place.first = origin[place.first];
        place.last = origin[place.last];
    }
};
[[nodiscard]] SplitOperations split(const std::vector<Operation>& operations, const schema::MetaData& before,
                                    bool is_one_name_space);

}  // namespace strata::migrate
