#pragma once

#include <strata/migrate/graph.hpp>

#include <filesystem>
#include <optional>
#include <string>

/// What the project's git repository says of other branches. Nothing is changed in it.
namespace strata::migrate {

/// The ids of the revisions that a branch, tag or commit has in this folder. std::nullopt where git knows no such name,
/// is not installed, or the folder is in no repository. Throws MigrationError where git fails otherwise.
[[nodiscard]] std::optional<RevisionIds> revisions_in_git(const std::filesystem::path& directory,
                                                          const std::string& name);

/// While git merges, rebases or picks a commit: the name by which it knows the branch whose revisions stay where they
/// are. Empty otherwise.
[[nodiscard]] std::string their_branch_in_git(const std::filesystem::path& directory);

}  // namespace strata::migrate
