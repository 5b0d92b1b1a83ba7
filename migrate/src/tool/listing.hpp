#pragma once

#include <strata/migrate/graph.hpp>

#include <boost/json.hpp>

#include <filesystem>
#include <optional>
#include <string>

/// Formats revisions for display, as Alembic does.
namespace strata::migrate {

/// What is said of a revision after its id.
struct Marks {
    bool labels = false;
    bool tree = true;  ///< (branchpoint) and (mergepoint)
    RevisionIds current{};
};

/// `3f2a9c1b7d04 (billing) (head)`; also (effective head) where only a dependency leads on, (current), (branchpoint)
/// and (mergepoint).
[[nodiscard]] std::string with_marks(const RevisionGraph& graph, const Revision& revision, const Marks& marks);
/// `91b0c2d4e5f6 -> 3f2a9c1b7d04 (head), add genre to songs`; the dependencies follow the parents in parentheses.
[[nodiscard]] std::string history_line(const RevisionGraph& graph, const Revision& revision,
                                       const RevisionIds& current = {});
/// Several lines: `Rev:`, `Parent:`, `Path:`, `Create Date:`, `Run:` where `run` says it, and the message.
[[nodiscard]] std::string details(const RevisionGraph& graph, const Revision& revision,
                                  const std::filesystem::path& directory, const RevisionIds& current = {},
                                  const std::string& run = {});
/// The members that docs/history.md lists; `current` only where the database was asked.
[[nodiscard]] boost::json::object object_of(const RevisionGraph& graph, const Revision& revision,
                                            const std::filesystem::path& directory,
                                            const std::optional<RevisionIds>& current = std::nullopt);

}  // namespace strata::migrate
