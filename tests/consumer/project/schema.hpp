#pragma once

#include <strata/schema/metadata.hpp>

namespace notes {

strata::schema::MetaData metadata();

}  // namespace notes
