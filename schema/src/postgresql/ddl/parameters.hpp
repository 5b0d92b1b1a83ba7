#pragma once

#include <string>
#include <vector>

/// Parameters of tables, indexes and columns: `fillfactor=70`.
namespace strata::schema::postgresql {

/// `SET (fillfactor='70')`
[[nodiscard]] std::string set_parameters_sql(const std::vector<std::string>& parameters);
/// `RESET (fillfactor)`
[[nodiscard]] std::string reset_parameters_sql(const std::vector<std::string>& parameters);

}  // namespace strata::schema::postgresql
