#pragma once

#include <strata/schema/metadata.hpp>

namespace service {

/// The tables. Linked where the schema is owned: by the migration tool.
strata::schema::MetaData metadata();

}  // namespace service
