#pragma once

#include <strata/migrate/revision.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// Revision ids; of a database, the current one of each branch.
using RevisionIds = std::vector<std::string>;

/// The history: which revision follows which. Immutable, thread safe; borrows the revisions.
///
/// A target is `head`, `heads`, `base`, `current`, a full id or a prefix of one, or relative: `+2`, `-1`, `REV+1`,
/// `head-2`. Every fault is a MigrationError of one line that says what to do.
class RevisionGraph {
public:
    /// Throws for an id that is used twice, a missing parent (naming both files), a cycle, and a file with a fault.
    explicit RevisionGraph(const Revisions& revisions);

    [[nodiscard]] bool empty() const noexcept { return sorted_.empty(); }
    /// All revisions, parents before children, otherwise by file name.
    [[nodiscard]] const Revisions& sorted() const noexcept { return sorted_; }
    /// The revisions that have no child.
    [[nodiscard]] RevisionIds heads() const;
    /// The only head; empty when there are no revisions. Throws when there are several.
    [[nodiscard]] std::string head() const;
    [[nodiscard]] const RevisionIds& children(const std::string& id) const;
    /// Returns nullptr when no revision has exactly this id.
    [[nodiscard]] const Revision* find(const std::string& id) const;
    /// Finds a revision by id or unique prefix. Throws "Can't locate revision ...".
    [[nodiscard]] const Revision& get(std::string_view id_or_prefix) const;

    /// The revisions that a target names; none for `base`. `current` is where the database is.
    [[nodiscard]] RevisionIds resolve(std::string_view target, const RevisionIds& current) const;
    /// The revisions to run so that a database at `current` reaches the target, in order; empty when it is there or
    /// beyond.
    [[nodiscard]] Revisions upgrade_path(const RevisionIds& current, std::string_view target) const;
    /// Whether a database at `current` has the revision.
    [[nodiscard]] bool applied(const RevisionIds& current, const Revision& revision) const;
    /// The revisions to undo, in order. Throws when the target is not an ancestor of where the database is.
    [[nodiscard]] Revisions downgrade_path(const RevisionIds& current, std::string_view target) const;
    /// Where a database is after the revision has run, and after it is undone.
    [[nodiscard]] RevisionIds after_upgrade(const RevisionIds& current, const Revision& revision) const;
    [[nodiscard]] RevisionIds after_downgrade(const RevisionIds& current, const Revision& revision) const;
    /// The revisions and all their ancestors, parents first.
    [[nodiscard]] Revisions ancestors(const RevisionIds& ids) const;
    /// Throws "Can't locate revision ..." when the database has a revision for which there is no file.
    void check_known(const RevisionIds& current) const;

private:
    [[nodiscard]] std::set<std::string> ancestor_ids(const RevisionIds& ids) const;
    [[nodiscard]] std::string step_up(const std::string& from, std::string_view target) const;

    std::map<std::string, const Revision*, std::less<>> by_id_;
    std::map<std::string, RevisionIds, std::less<>> children_;
    std::map<std::string, std::size_t, std::less<>> places_;  // in sorted_
    Revisions sorted_;
};

}  // namespace strata::migrate
