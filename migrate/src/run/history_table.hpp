#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/history.hpp>
#include <strata/schema/version_tables.hpp>

#include <map>
#include <string>
#include <vector>

/// The table that records what has run on a database.
namespace strata::migrate {

/// The history table beside the version table, in the schema that was the connection's current one on construction
/// where none is given. Its functions throw MigrationError for a table of that name with other columns.
class HistoryTable {
public:
    /// Asks the connection for its current schema, unless a schema is given; throws UsageError when there is none.
    HistoryTable(core::Connection& connection, const schema::VersionTables& tables);

    /// The entries, the oldest first; none where there is no table.
    [[nodiscard]] std::vector<HistoryEntry> read(core::Connection& connection) const;
    /// The checksum of each revision that is applied, as it was when it ran, was stamped or was accepted, where one is
    /// known.
    [[nodiscard]] std::map<std::string, HistoryEntry> applied(core::Connection& connection) const;
    /// How each applied revision came to be so: its last upgrade or stamp.
    [[nodiscard]] std::map<std::string, HistoryEntry> runs(core::Connection& connection) const;
    /// Creates the table where it does not exist, in the open transaction.
    void make(core::Connection& connection) const;
    /// Writes an entry in the open transaction; creates the table where it does not exist. The tool's version and the
    /// database's user are filled in.
    void add(core::Connection& connection, const HistoryEntry& entry) const;
    /// Records that the entry's revision failed, in a transaction of its own, where the table exists. What goes wrong
    /// with that goes to the log.
    void add_failure(core::Connection& connection, const HistoryEntry& entry) const noexcept;

private:
    [[nodiscard]] bool exists(core::Connection& connection) const;
    void insert(core::Connection& connection, const HistoryEntry& entry) const;

    std::string schema_;
    std::string table_;
    std::string name_;  // quoted and qualified
};

/// Of the revisions that are applied at `ids`, those that were edited since, with their entries.
struct EditedRevision {
    const Revision* revision;
    HistoryEntry applied;
};
[[nodiscard]] std::vector<EditedRevision> edited_revisions(const std::map<std::string, HistoryEntry>& applied,
                                                           const RevisionGraph& graph, const RevisionIds& ids,
                                                           const core::Dialect& dialect);
/// `revision b2 (b2_songs.cpp) was edited after it had run here on 2026-11-28 13:05:11`
[[nodiscard]] std::string text_of(const EditedRevision& edited);

// For a script, which runs elsewhere.
[[nodiscard]] std::string create_history_table_sql(const core::Dialect& dialect, const schema::VersionTables& tables);
/// Inserts the entry; it is started when the statement runs.
[[nodiscard]] std::string history_statement(const core::Dialect& dialect, const schema::VersionTables& tables,
                                            const HistoryEntry& entry);

}  // namespace strata::migrate
