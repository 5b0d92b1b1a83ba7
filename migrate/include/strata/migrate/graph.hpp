#pragma once

#include <strata/migrate/revision.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// Revision ids; for a database, one per branch it is at.
using RevisionIds = std::vector<std::string>;

/// The history: which revision follows which. Immutable, thread safe; borrows the revisions.
///
/// A target is named `head`, `heads`, `base`, `current`, by a full id or a prefix of one, or relative: `+2`, `-1`,
/// `REV+1`, `head-2`. Every fault is a MigrationError of one line that says what to do.
class RevisionGraph {
public:
    /// Throws for an id given twice, a parent that is not there (naming both files), a cycle, and a file with a fault.
    explicit RevisionGraph(const Revisions& revisions);

    [[nodiscard]] bool empty() const noexcept { return sorted_.empty(); }
    /// Parents before children; otherwise by file name.
    [[nodiscard]] const Revisions& sorted() const noexcept { return sorted_; }
    /// Revisions that none revises.
    [[nodiscard]] RevisionIds heads() const;
    /// The one head; empty when there are no revisions. Throws when there are several.
    [[nodiscard]] std::string head() const;
    [[nodiscard]] const RevisionIds& children(const std::string& id) const;
    /// Null when there is none with exactly this id.
    [[nodiscard]] const Revision* find(const std::string& id) const;
    /// By id or unique prefix. Throws "Can't locate revision ...".
    [[nodiscard]] const Revision& get(std::string_view id_or_prefix) const;

    /// The revisions a name stands for; none for `base`. `current` is where the database is.
    [[nodiscard]] RevisionIds resolve(std::string_view target, const RevisionIds& current) const;
    /// What has to run so that a database at `current` gets to the target, in order; empty when it is there or beyond.
    [[nodiscard]] Revisions upgrade_path(const RevisionIds& current, std::string_view target) const;
    /// Whether a database at `current` has it.
    [[nodiscard]] bool applied(const RevisionIds& current, const Revision& revision) const;
    /// What has to be taken back, in order. Throws when the target is no ancestor of where the database is.
    [[nodiscard]] Revisions downgrade_path(const RevisionIds& current, std::string_view target) const;
    /// Where a database is after the revision, and after it is taken back.
    [[nodiscard]] RevisionIds after_upgrade(const RevisionIds& current, const Revision& revision) const;
    [[nodiscard]] RevisionIds after_downgrade(const RevisionIds& current, const Revision& revision) const;
    /// The revisions with all that come before them, parents first.
    [[nodiscard]] Revisions ancestors(const RevisionIds& ids) const;
    /// Throws "Can't locate revision ..." when the database names a revision that no file has.
    void check_known(const RevisionIds& current) const;

private:
    [[nodiscard]] std::set<std::string> ancestor_ids(const RevisionIds& ids) const;
    [[nodiscard]] std::string step_up(const std::string& from, std::string_view target) const;

    std::map<std::string, const Revision*, std::less<>> by_id_;
    std::map<std::string, RevisionIds, std::less<>> children_;
    Revisions sorted_;
};

}  // namespace strata::migrate
