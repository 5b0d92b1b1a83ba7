#pragma once

#include <strata/core/engine.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/schema/version_tables.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

struct AdoptedStamp {
    std::string tool;
    std::vector<std::string> versions;  ///< where the tool's table says that the database is
    RevisionIds ids;                    ///< the same as revisions; none: base
    bool is_new = false;                ///< false: this was recorded already
};

/// Records, in these tables, where a database is that was migrated by the tool from which the history was adopted, by
/// the tool's own table (an empty name: the one that the tool makes). Throws MigrationError where something else is
/// recorded already, and what adopt::read_recorded() throws.
AdoptedStamp stamp_adopted(const core::Engine& engine, const Revisions& revisions, const std::string& table,
                           const schema::VersionTables& tables);

}  // namespace strata::migrate
