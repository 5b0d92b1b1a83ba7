#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/graph.hpp>

#include <optional>
#include <string>

/// Where a database is by the table of the tool that migrated it before its history was adopted. Only reads.
namespace strata::migrate::adopt {

struct Recorded {
    std::string tool;
    std::string table;
    std::vector<std::string> versions{};  ///< as the tool names them; none: it is at the tool's base
    RevisionIds ids{};                    ///< the revisions that these versions have become
};

/// Reads the tool's table in the current schema, which has the tool's own name unless another is given. Throws
/// UsageError where no revision was adopted, and MigrationError where the table is not there or names a version that no
/// revision was, and for a run of the tool that has failed half-way.
[[nodiscard]] Recorded read_recorded(core::Connection& connection, const RevisionGraph& graph,
                                     const std::string& table_name = {});

/// The name of the tool that has migrated the database, where the history was adopted from it and its table says that a
/// version has run; else empty.
[[nodiscard]] std::string migrated_by(core::Connection& connection, const RevisionGraph& graph);

/// Refuses adopted revisions that have SQL for another kind of database only, where they would do nothing: throws
/// MigrationError. `down`: they are taken back.
void check_kind(const Revisions& path, const core::Dialect& dialect, bool down);

}  // namespace strata::migrate::adopt
