#pragma once

#include <strata/migrate/graph.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/schema/version_tables.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What an upgrade would run on a database, to be looked at, kept in a file, and run as it is.
namespace strata::migrate {

struct PlannedRevision {
    std::string id;
    std::string message;
    std::vector<Operation> operations;
    std::vector<Phase> phases;
    /// What of the rows is in its way. Only the first revision's: the rows of the others are not there yet.
    std::vector<RowFinding> findings;
};

struct UpgradePlan {
    std::string dialect;
    RevisionIds from;
    RevisionIds to;
    std::vector<std::string> schema;  ///< the statements that would create what the database has
    std::vector<PlannedRevision> revisions;
};

/// Plans the upgrade of the connected database to a target, reading its shape and changing nothing. After a revision's
/// own SQL or code the later statements are planned as far as its effect is known. Throws MigrationError for a revision
/// that does not fit the database.
[[nodiscard]] UpgradePlan plan_upgrade(core::Connection& connection, std::string_view target = "head",
                                       const Revisions& revisions = detail::embedded_revisions(),
                                       const schema::VersionTables& tables = {});

/// The tables that the operations change or fill, each once, as far as they say it.
[[nodiscard]] std::vector<schema::QualifiedName> touched_tables(const std::vector<Operation>& operations);

/// The plan as JSON, on one line.
[[nodiscard]] std::string to_json(const UpgradePlan& plan);
/// The target of a plan that to_json() has written. Throws MigrationError when the text is no such plan.
[[nodiscard]] std::string target_of(std::string_view json);
/// Throws MigrationError, with what is different, unless the plan is still the one that to_json() has written. The rows
/// may have changed.
void check_same(std::string_view json, const UpgradePlan& plan);

}  // namespace strata::migrate
