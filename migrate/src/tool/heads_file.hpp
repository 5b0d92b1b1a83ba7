#pragma once

#include "file_changes.hpp"

#include <strata/migrate/graph.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace strata::migrate {

/// The file `heads` in the folder of revisions. It names the history's heads, so that two branches of a repository that
/// each add a revision conflict in it when they are merged, and not in a database later.
class HeadsFile {
public:
    explicit HeadsFile(const std::filesystem::path& directory) : path_(directory / "heads") {}

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// Whether two branches conflict in it.
    [[nodiscard]] bool in_conflict() const;
    /// Throws MigrationError where two branches conflict in it: a revision that is written now would be a third one.
    void need_no_conflict() const;
    /// What the file says otherwise than the history.
    struct Fault {
        std::string text;
        bool only_behind = false;  ///< somebody has added revisions without a command: nothing is at odds yet
    };
    /// Nothing where it names the history's heads, and where there is none, as in a project that has none yet and a
    /// folder that is not here.
    [[nodiscard]] std::optional<Fault> fault(const RevisionGraph& graph) const;
    /// Replaces the file as a whole, together with the other changes.
    void write(FileChanges& changes, RevisionIds heads) const;
    /// The same at once. Throws MigrationError.
    void write(RevisionIds heads) const;

private:
    [[nodiscard]] std::optional<std::string> text() const;

    std::filesystem::path path_;
};

}  // namespace strata::migrate
