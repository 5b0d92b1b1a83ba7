#pragma once

#include <strata/core/dialect.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Two branches of a history: whether they can run in either order, and how one is put behind the other. Everything
/// here is computed from the revisions, without a database.
namespace strata::migrate {

/// Two branches, and what both stand on. Borrows the graph's revisions.
struct Branches {
    RevisionIds common;  ///< where a database is that has all that both have, and no more
    Revisions mine;      ///< what only this one has, parents first
    Revisions theirs;
    RevisionIds their_heads;
};
/// The branches that end in these revisions. One of them is empty where the other one contains it.
[[nodiscard]] Branches branches_of(const RevisionGraph& graph, const RevisionIds& mine, const RevisionIds& theirs);

/// Whether the order of two branches matters.
struct BranchVerdict {
    enum class Kind : std::uint8_t {
        commute,   ///< both orders run, and end in the same schema; columns may stand in another order
        conflict,  ///< one of the orders does not run, or they end in different schemas
        unknown    ///< SQL of a revision may do anything to what the other branch changes
    };
    Kind kind = Kind::commute;
    std::vector<std::string> reasons{};  ///< one line each; empty where they commute
};

/// How to find out what revisions make whose SQL only a database follows: of a history, at these revisions.
using FollowHistory = std::function<schema::MetaData(const RevisionGraph& graph, const RevisionIds& at)>;

/// Replays both orders for this kind of database and compares. Rows play no part.
[[nodiscard]] BranchVerdict compare_branches(const RevisionGraph& graph, const Branches& branches,
                                             const core::Dialect& dialect, const FollowHistory& follow = {});

/// A revision of the branch `mine`, as it must be to follow the branch `theirs`.
struct RebasedRevision {
    const Revision* was;
    RevisionIds revises;
    std::vector<Operation> upgrade;
    std::optional<std::vector<Operation>> downgrade;  ///< none where the revision has none
    bool changed = false;                             ///< whether the operations are others than before
    std::vector<std::string> upgrade_notes{};         ///< a comment for each operation of the upgrade, or empty
    std::vector<std::string> notes{};                 ///< what a reviewer must know
};

/// Lets the revisions of the branch `mine` follow the last one of `theirs`. Things that theirs has renamed get their
/// new names in mine, labels that both add to an enum type are joined, and a downgrade that undoes its upgrade is
/// derived again from the schema after theirs. Replay runs the result up and down. Throws MigrationError, naming the
/// revision and the operation, where `mine` cannot follow `theirs`.
[[nodiscard]] std::vector<RebasedRevision> rebase(const RevisionGraph& graph, const Branches& branches,
                                                  const core::Dialect& dialect, const FollowHistory& follow = {});

}  // namespace strata::migrate
