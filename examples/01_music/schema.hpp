#pragma once

#include <strata/schema/metadata.hpp>

namespace music {

/// The tables, and what only the database needs to know of them. Linked where the schema is owned: by the migration
/// tool, and by a program that calls create_all.
strata::schema::MetaData metadata();

}  // namespace music
