#pragma once

#include <strata/core/dialect.hpp>

#include <string>

namespace strata::core::postgresql {

const Dialect& dialect();
/// The URL for libpq, with the options' time limit and name of the application.
[[nodiscard]] std::string conninfo_of(const Url& url, const EngineOptions& options);

}  // namespace strata::core::postgresql
