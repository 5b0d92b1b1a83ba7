#pragma once

#include <strata/migrate/revision.hpp>

#include <string>
#include <string_view>

namespace strata::migrate::detail {

/// The revisions of this program. Defined by what strata_embed_migrations() generates for it: without that call a
/// program that names no revisions does not link.
[[nodiscard]] Revisions embedded_revisions();

/// A revision of raw SQL:
///     -- revises: 91b0c2d4e5f6          (nothing behind it, or no such line: a first revision)
///     -- message: add a search index
///     -- upgrade
///     ...                               (any number of statements)
///     -- downgrade: postgresql          (a section may be for one database only)
/// Does not throw: what is wrong with the text becomes the revision's fault.
[[nodiscard]] Revision sql_revision(std::string id, std::string_view file, std::string_view text);

}  // namespace strata::migrate::detail
