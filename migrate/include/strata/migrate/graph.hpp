#pragma once

#include <strata/migrate/revision.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::migrate {

/// Revision ids; of a database, the current one of each branch.
using RevisionIds = std::vector<std::string>;

namespace detail {
struct RevisionName;
}

/// The history: which revision follows which, and which depends on which. Immutable, thread safe; borrows the
/// revisions. Every call costs at most time in proportion to the number of revisions and of their parents.
///
/// A target is `head`, `heads`, `base`, `current`, a full id, a prefix of one, the label of a branch (the revision that
/// says it), or relative: `+2`, `-1`, `REV+1`, `head-2`, `base+2`. `BRANCH@` before it keeps to a branch, which is
/// named by its label or by a revision of it: `billing@head`, `billing@+1`, `billing@base`, `3f2a@head`. Every fault is
/// a MigrationError of one line that says what to do.
class RevisionGraph {
public:
    /// Throws for an id or a label that is used twice, a parent or a dependency that is not there (naming both files),
    /// a cycle, and a file with a fault.
    /// `at` is where the database is that it is about. A line of revisions that another one replaces (`squash`) is left
    /// out, and its followers follow the one that replaces it; where the database stands in that line, the line stays,
    /// and the one that replaces it comes at its end and does nothing.
    explicit RevisionGraph(const Revisions& revisions, const RevisionIds& at = {});

    [[nodiscard]] bool empty() const noexcept { return sorted_.empty(); }
    /// All revisions, parents and dependencies before those that need them, otherwise by file name.
    [[nodiscard]] const Revisions& sorted() const noexcept { return sorted_; }
    /// The revisions that have no child.
    [[nodiscard]] RevisionIds heads() const;
    /// The heads on which no revision depends: a database that has all revisions is at these.
    [[nodiscard]] RevisionIds effective_heads() const;
    /// The only head; empty when there are no revisions. Throws when there are several.
    [[nodiscard]] std::string head() const;
    [[nodiscard]] RevisionIds children(const std::string& id) const;
    /// The children, and the revisions that depend on it.
    [[nodiscard]] RevisionIds followers(const std::string& id) const;
    /// The parents and the dependencies, which must have run before it.
    [[nodiscard]] RevisionIds required(const Revision& revision) const;
    /// The labels of the branches to which a revision belongs, in alphabetical order: those that it or an ancestor
    /// says, and those of its descendants as far as the history does not branch or merge between them.
    [[nodiscard]] std::vector<std::string> labels(const std::string& id) const;
    /// Returns nullptr when no revision says the label.
    [[nodiscard]] const Revision* labelled(std::string_view label) const;
    /// Returns nullptr when no revision has exactly this id.
    [[nodiscard]] const Revision* find(std::string_view id) const;
    /// Finds a revision by id, label or unique prefix. Throws "Can't locate revision ...", with the nearest name.
    [[nodiscard]] const Revision& get(std::string_view name) const;

    /// The revisions that a target names; none for `base`. `current` is where the database is.
    [[nodiscard]] RevisionIds resolve(std::string_view target, const RevisionIds& current) const;
    /// The revisions to run so that a database at `current` reaches the target, in order, with what they depend on;
    /// empty when it is there or beyond.
    [[nodiscard]] Revisions upgrade_path(const RevisionIds& current, std::string_view target) const;
    /// Whether a database at `current` has the revision.
    [[nodiscard]] bool applied(const RevisionIds& current, const Revision& revision) const;
    /// The revisions to undo, in order, with what depends on them. Throws when the target is not an ancestor of where
    /// the database is.
    [[nodiscard]] Revisions downgrade_path(const RevisionIds& current, std::string_view target) const;
    /// The revisions of a range `FROM:TO`, `FROM:` or `:TO`, both ends included, parents first. A relative end without
    /// a name counts from the other one (`-3:current`) and stops at the history's end.
    [[nodiscard]] Revisions range(std::string_view range, const RevisionIds& current) const;
    /// Where a database at `current` is said to be after `stamp`: each target takes the place of what is above or below
    /// it, and other branches stay as they are. Throws when one target is above another.
    [[nodiscard]] RevisionIds stamped(const RevisionIds& current, const std::vector<std::string>& targets) const;
    /// Where a database is after the revision has run, and after it is undone.
    [[nodiscard]] RevisionIds after_upgrade(const RevisionIds& current, const Revision& revision) const;
    [[nodiscard]] RevisionIds after_downgrade(const RevisionIds& current, const Revision& revision) const;
    /// The revisions, all their ancestors and what those depend on, parents first.
    [[nodiscard]] Revisions ancestors(const RevisionIds& ids) const;
    /// Throws "Can't locate revision ..." when the database has a revision for which there is no file.
    void check_known(const RevisionIds& current) const;

    /// Where the revision only ends a line that the database has gone itself: the one that replaces the line. Else
    /// null.
    [[nodiscard]] const Revision* whole(const Revision& revision) const;

    /// How many edges between revisions were followed so far, to measure what planning costs.
    [[nodiscard]] std::size_t steps() const noexcept { return steps_.load(std::memory_order_relaxed); }

private:
    using Place = std::size_t;  // in sorted_
    using Places = std::vector<Place>;
    using Marked = std::vector<char>;  // a flag for each place
    struct Node {
        Places parents;
        Places needs;  // parents and dependencies
        Places children;
        Places followers;                 // children and dependents
        std::vector<std::size_t> labels;  // in label_names_
    };
    using Edges = Places Node::*;

    // graph.cpp
    void index(Revisions revisions);
    void connect(std::vector<Node>& nodes) const;
    void sort(std::vector<Node> nodes);
    [[noreturn]] void fail_for_cycle(const std::vector<Node>& nodes, const std::vector<std::size_t>& waiting) const;
    void take_labels(const Revisions& revisions);
    void spread_labels();
    [[nodiscard]] RevisionIds ids_of(const Places& places) const;
    [[nodiscard]] Places places_of(const RevisionIds& ids) const;
    [[nodiscard]] Place place_of(std::string_view id) const;
    /// The places that are reached along the edges, the first ones included.
    [[nodiscard]] Marked reached(const Places& from, Edges edges) const;
    [[nodiscard]] Revisions marked(const Marked& flags) const;
    [[nodiscard]] bool followed(const Places& rows, Place place, Place taken_back) const;

    // graph_names.cpp
    [[nodiscard]] Places resolved(const detail::RevisionName& name, const RevisionIds& current, bool clipped) const;
    [[nodiscard]] Places unmoved(const detail::RevisionName& name, const RevisionIds& current) const;
    [[nodiscard]] Places heads_of(const detail::RevisionName& name) const;
    [[nodiscard]] Places starts(const detail::RevisionName& name, const Places& rows) const;
    [[nodiscard]] Place branch_of(const detail::RevisionName& name) const;
    /// The ancestors and the descendants of the branch that the name keeps to; everything where it names none.
    [[nodiscard]] Marked lineage(const detail::RevisionName& name) const;
    [[nodiscard]] Places walked(const detail::RevisionName& name, Places from, bool clipped) const;
    [[nodiscard]] std::string with_labels(const Places& places) const;
    [[nodiscard]] std::string example(const Places& places, std::string_view rest) const;
    [[nodiscard]] std::string not_found(std::string_view name) const;

    // graph_paths.cpp
    [[nodiscard]] Place last_undone(const detail::RevisionName& name, const Places& rows) const;

    // squashed.cpp
    [[nodiscard]] Revisions settled(const Revisions& revisions, const RevisionIds& at);

    std::deque<Revision> changed_;                           // those that stand elsewhere than their files say
    std::map<std::string, const Revision*> wholes_;          // by id
    std::map<std::string, std::string> squashed_;            // what was replaced, and by which revision
    std::vector<std::pair<std::string_view, Place>> by_id_;  // sorted by id; places of `sorted_` once that is there
    std::map<std::string, Place, std::less<>> by_label_;
    std::vector<std::string> label_names_;
    Revisions sorted_;
    std::vector<Node> nodes_;
    mutable std::atomic<std::size_t> steps_{0};
};

}  // namespace strata::migrate
