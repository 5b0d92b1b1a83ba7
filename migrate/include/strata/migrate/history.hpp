#pragma once

#include <strata/core/engine.hpp>
#include <strata/core/types.hpp>
#include <strata/schema/version_tables.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// What has happened to a revision on a database: a row of the history table, strata_history.
struct HistoryEntry {
    enum class Action : std::uint8_t {
        upgrade,
        downgrade,
        stamp,   ///< the database was said to be there; nothing ran
        accept,  ///< the revision was edited after it had run, and somebody accepted it as it is now
        other    ///< what a newer version of Strata has recorded; see other_action
    };
    std::string revision;
    Action action = Action::upgrade;
    std::string checksum{};  ///< of its operations; empty: not known
    TimestampTz started{};
    std::optional<double> seconds{};  ///< how long it took; unset where a script ran
    std::string tool_version{};
    std::string database_user{};         ///< SQLite has no users: the operating system's
    std::optional<std::string> error{};  ///< why it failed; then nothing of it stayed
    std::string other_action{};          ///< the table's word for an action that this version does not know
};

/// `upgrade`, `downgrade`, `stamp`, `accept`, or the word that this version does not know. Borrows from the entry.
[[nodiscard]] std::string_view text_of(const HistoryEntry& entry);

/// The version of Strata that migrations run with: `0.1.0`.
[[nodiscard]] std::string tool_version();

/// All that has happened to the database, the oldest first. Empty for one of which nothing was recorded. Writes
/// nothing.
[[nodiscard]] std::vector<HistoryEntry> read_history(const core::Engine& engine,
                                                     const schema::VersionTables& tables = {});

}  // namespace strata::migrate
