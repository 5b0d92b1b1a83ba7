#pragma once

#include <strata/schema/metadata.hpp>

namespace guestbook {

/// The tables. Linked by the migration tool, and by nothing that the application is made of.
strata::schema::MetaData metadata();

}  // namespace guestbook
