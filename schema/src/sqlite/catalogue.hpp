#pragma once

#include "reflect/catalogue.hpp"

namespace strata::schema::sqlite {

[[nodiscard]] const detail::Catalogue& catalogue();

}  // namespace strata::schema::sqlite
