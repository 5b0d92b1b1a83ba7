#pragma once

#include <sstream>
#include <string>

namespace strata::test {

/// Owners and privileges are not part of what is read.
inline std::string without_privileges(const std::string& dump) {
    std::istringstream lines(dump);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        const bool owner = line.starts_with("ALTER ") && line.find(" OWNER TO ") != std::string::npos;
        if (!owner && !line.starts_with("GRANT ") && !line.starts_with("REVOKE ")) result += line + "\n";
    }
    return result;
}

}  // namespace strata::test
