#pragma once

#include <strata/schema/metadata.hpp>

namespace devices {

strata::schema::MetaData metadata();

}  // namespace devices
