#pragma once

#include <strata/migrate/graph.hpp>

#include <filesystem>
#include <string>

/// Formats revisions for display, as Alembic does.
namespace strata::migrate {

/// `3f2a9c1b7d04 (head)`; also (branchpoint), (mergepoint), and (current) when the revision is in `current`.
[[nodiscard]] std::string with_marks(const RevisionGraph& graph, const Revision& revision,
                                     const RevisionIds& current = {});
/// `91b0c2d4e5f6 -> 3f2a9c1b7d04 (head), add genre to songs`
[[nodiscard]] std::string history_line(const RevisionGraph& graph, const Revision& revision,
                                       const RevisionIds& current = {});
/// Several lines: `Rev:`, `Parent:`, `Path:`, `Create Date:`, and the message.
[[nodiscard]] std::string details(const RevisionGraph& graph, const Revision& revision,
                                  const std::filesystem::path& directory, const RevisionIds& current = {});

}  // namespace strata::migrate
