#pragma once

#include "plan/rehearsal.hpp"

#include <strata/migrate/branches.hpp>
#include <strata/migrate/graph.hpp>

#include <deque>
#include <optional>

namespace strata::migrate {

/// The parents that a revision of the later branch has when all of that branch follows `onto`.
[[nodiscard]] RevisionIds parents_behind(const Revision& revision, const Revisions& branch, const RevisionIds& onto);

/// What the branch does, revision after revision.
[[nodiscard]] std::vector<Operation> operations_of(const Revisions& branch);

/// A history in which one branch comes behind the other one. It owns the revisions that stand elsewhere in it.
class LinearHistory {
public:
    /// `second` comes behind `onto`, the heads of `first`. Throws MigrationError where `first` depends on `second`.
    LinearHistory(const RevisionGraph& graph, const RevisionIds& common, const Revisions& first,
                  const RevisionIds& onto, const Revisions& second);
    LinearHistory(const LinearHistory&) = delete;
    LinearHistory& operator=(const LinearHistory&) = delete;

    [[nodiscard]] const RevisionGraph& graph() const { return *graph_; }
    /// The revisions of the second branch, as they are in this history, in the same order.
    [[nodiscard]] std::deque<Revision>& second() noexcept { return second_; }

private:
    std::deque<Revision> second_;
    std::optional<RevisionGraph> graph_;
};

/// A rehearsal of the history from these revisions on, that follows the users' SQL where `follow` can.
[[nodiscard]] Rehearsal rehearsal_of(const core::Dialect& dialect, const RevisionGraph& graph, const RevisionIds& at,
                                     const FollowHistory& follow);
/// Lets the revision run in the rehearsal, up or down.
void rehearse(Rehearsal& rehearsal, const Revision& revision, Direction direction = Direction::up);

}  // namespace strata::migrate
