#pragma once

#include <strata/core/engine.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/version_tables.hpp>

#include <string>
#include <vector>

namespace strata::schema {

/// The result of create_all or drop_all.
struct Result {
    std::vector<std::string> tables;  ///< created or dropped, in order; `music.songs` for one in a named schema
    /// Why nothing was done, when a version table exists: migrations own this database. Empty otherwise.
    std::string declined;
    /// What of the created tables the database takes and does not enforce, a line each.
    std::vector<std::string> notes;
};

/// Creates the missing tables, in dependency order, in one transaction under the migration lock; existing tables are
/// left alone. For development and tests: if a version table exists, it creates nothing and says so (in the result and
/// as a warning in the log, where the notes are, too). Throws Error; nothing is left half done.
Result create_all(const MetaData& metadata, const core::Engine& engine, const VersionTables& tables = {});

/// Drops the tables of the metadata, dependents first, and the tables of migrations, `tables`. All their rows are lost.
Result drop_all(const MetaData& metadata, const core::Engine& engine, const VersionTables& tables = {});

}  // namespace strata::schema
