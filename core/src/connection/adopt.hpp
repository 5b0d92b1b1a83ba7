#pragma once

#include "driver.hpp"

#include <soci/soci.h>

namespace strata::core::detail {

/// The driver for a session that the application has opened. Throws UsageError for an unknown backend.
std::unique_ptr<Driver> adopt_session(std::unique_ptr<soci::session> session);

}  // namespace strata::core::detail
