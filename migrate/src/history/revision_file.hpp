#pragma once

#include "file_changes.hpp"

#include <strata/migrate/render.hpp>

namespace strata::migrate {

/// What writes the revision's file into an existing folder, where no file of its name is; returns its path. Throws
/// MigrationError where there is no folder, and what render_revision() and revision_file_name() throw.
std::filesystem::path add_revision(FileChanges& changes, const std::filesystem::path& directory,
                                   const RevisionText& revision, std::string_view file_template);

}  // namespace strata::migrate
