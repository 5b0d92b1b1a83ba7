#pragma once

#include <strata/migrate/revision.hpp>

#include <string>
#include <string_view>

namespace strata::migrate::detail {

/// The revisions of this program, defined by the code that strata_embed_migrations() generates. A program that names no
/// revisions and lacks that call does not link.
[[nodiscard]] Revisions embedded_revisions();

/// Parses a revision of raw SQL:
///     -- revises: 91b0c2d4e5f6          (or nothing: a first revision; only the very first may leave the line out)
///     -- label: billing                 (the name of the branch that begins here; may be left out)
///     -- depends on: 3f2a9c1b7d04       (what must have run before it on other branches; may be left out)
///     -- message: add a search index
///     -- adopted: alembic ae1027a6acf1  (which version it was in the history that it was taken from; may be left out)
///     -- upgrade
///     ...                               (any number of statements)
///     -- downgrade: postgresql          (a section may be for one database only)
/// Does not throw: an error in the text becomes the revision's fault.
[[nodiscard]] Revision sql_revision(std::string id, std::string_view file, std::string_view text);

}  // namespace strata::migrate::detail
