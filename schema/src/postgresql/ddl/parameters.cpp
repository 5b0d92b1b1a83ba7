#include "postgresql/ddl/parameters.hpp"

#include "postgresql/ddl/words.hpp"

namespace strata::schema::postgresql {

std::string set_parameters_sql(const std::vector<std::string>& parameters) {
    std::string sql;
    for (const auto& parameter : parameters) {
        const auto equals = parameter.find('=');
        sql += (sql.empty() ? "SET (" : ", ") + parameter.substr(0, equals);
        if (equals != std::string::npos) sql += "=" + literal(parameter.substr(equals + 1));
    }
    return sql + ")";
}

std::string reset_parameters_sql(const std::vector<std::string>& parameters) {
    std::string names;
    for (const auto& parameter : parameters)
        names += (names.empty() ? "" : ", ") + parameter.substr(0, parameter.find('='));
    return "RESET (" + names + ")";
}

}  // namespace strata::schema::postgresql
