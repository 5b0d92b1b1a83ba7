#pragma once

#include "reflect/catalogue.hpp"

namespace strata::schema::postgresql {

[[nodiscard]] const detail::Catalogue& catalogue();

}  // namespace strata::schema::postgresql
