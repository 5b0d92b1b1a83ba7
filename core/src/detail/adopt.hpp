#pragma once

#include "driver.hpp"

#include <soci/soci.h>

namespace strata::core::detail {

/// The driver for a session that the application has opened. Throws UsageError for an unknown backend.
std::unique_ptr<Driver> adopt_session(std::unique_ptr<soci::session> session);

/// Throws an error of the same class with another message.
[[noreturn]] void rethrow_with(const Error& error, const std::string& message, const ErrorDetails& details);

}  // namespace strata::core::detail
