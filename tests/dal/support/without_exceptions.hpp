#pragma once

#include "support/dal_models.hpp"

/// Compiled with -fno-exceptions.
namespace without_exceptions {

std::string add_user(const strata::dal::Database& dal, const std::string& email);
std::string add_both(const strata::dal::Database& dal, const std::string& first, const std::string& second);
std::string count_devices(const strata::dal::Database& dal);

}  // namespace without_exceptions
