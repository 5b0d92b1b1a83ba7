#pragma once

#include "file_changes.hpp"

#include <strata/migrate/render.hpp>

namespace strata::migrate {

/// Adds the revision's file, which must be a new one, to the changes; returns its path. Throws MigrationError when the
/// folder does not exist, and the errors of render_revision() and revision_file_name().
std::filesystem::path add_revision(FileChanges& changes, const std::filesystem::path& directory,
                                   const RevisionText& revision, std::string_view file_template);

}  // namespace strata::migrate
