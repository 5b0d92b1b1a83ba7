#pragma once

#include <strata/migrate/graph.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

/// Where the user wants a new revision to stand in the history.
struct Placement {
    std::string head;  ///< what it follows: a head, the label of a branch, `base`; empty: the only head
    bool splice = false;
    std::vector<std::string> labels{};
    std::vector<std::string> depends_on{};
    std::string id{};  ///< empty: a random one
};

/// Where a new revision stands in the history, by ids.
struct RevisionPlace {
    RevisionIds revises{};
    std::vector<std::string> labels{};
    RevisionIds depends_on{};
    std::string id{};
};

/// The id that is wanted, or a random one. Throws UsageError for one that cannot be used.
[[nodiscard]] std::string new_revision_id(const RevisionGraph& graph, const std::string& wanted);
/// Finds the place. Throws UsageError or MigrationError where there are several heads and none is named, for a parent
/// that others follow already without `splice`, and for an id or a label that cannot be used.
[[nodiscard]] RevisionPlace find_place(const RevisionGraph& graph, const Placement& wanted);
/// The same for a revision that joins these heads; all of them where none is named.
[[nodiscard]] RevisionPlace find_merge_place(const RevisionGraph& graph, const RevisionIds& revisions,
                                             const Placement& wanted);

}  // namespace strata::migrate
