#pragma once

#include "plan/rehearsal.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/version_tables.hpp>

#include <string>
#include <vector>

/// What revisions make, and whether a database is so.
namespace strata::migrate {

/// What the revisions make: by replay, or by running them where replay cannot follow their SQL and a database of this
/// kind can be made for it.
[[nodiscard]] schema::MetaData state_of(Rehearsal& rehearsal);
/// Takes out of the state what is not known of it.
void leave_out_unknown(schema::MetaData& state, const ReplayState& known);
/// The schemas that the models and the history name, beside the current one.
[[nodiscard]] schema::ReflectOptions schemas_of(core::Connection& connection, const schema::MetaData& models,
                                                const schema::MetaData& history);

/// What a database has otherwise than its revisions have made it.
struct StateCheck {
    std::vector<std::string> changes;  ///< a line for each: `add column songs.genre`
    std::vector<std::string> others;   ///< tables and objects that no revision made
};

/// Compares the database with what replay says of these revisions. What neither replay nor `follow` knows, because SQL
/// of a revision has made it, is left out.
[[nodiscard]] StateCheck compare_with_history(core::Connection& connection, const RevisionGraph& graph,
                                              const RevisionIds& at, const schema::VersionTables& tables,
                                              Rehearsal::FollowSql follow = {});

}  // namespace strata::migrate
