#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <set>

namespace strata::migrate {

/// What only the database knows after a rename: a word in an expression may have been the renamed name or something
/// else, so the state keeps the text from before.
struct Unread {
    std::set<schema::QualifiedName> tables;  ///< an expression of the table
    std::set<schema::ObjectRef> objects;     ///< the definition

    [[nodiscard]] bool empty() const noexcept { return tables.empty() && objects.empty(); }
};

/// As apply(state, operation), and keeps account of what is not known afterwards.
void apply(schema::MetaData& state, const Operation& operation, Unread& unread);

}  // namespace strata::migrate
