#pragma once

#include <strata/migrate/branches.hpp>
#include <strata/migrate/graph.hpp>

#include <filesystem>
#include <string>

/// Revisions as files that exist already and are changed.
namespace strata::migrate {

/// The text of a revision's file, C++ or SQL, with other parents. Throws MigrationError where the text does not say
/// them in the usual way.
[[nodiscard]] std::string with_parents(const std::filesystem::path& file, const std::string& text,
                                       const RevisionIds& parents);

/// The text of the file as it is for the rebased revision: with other parents, and where its operations have changed
/// written anew. What somebody has written by hand stays, with a note. Throws MigrationError where it cannot stay.
[[nodiscard]] std::string rebased_text(const std::filesystem::path& file, const std::string& text,
                                       RebasedRevision& revision);

}  // namespace strata::migrate
