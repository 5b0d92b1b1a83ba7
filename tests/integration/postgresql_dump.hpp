#pragma once

#include "support/database.hpp"

#include <sstream>
#include <string>

/// What is loaded needs a superuser (extensions), and so does creating it again.
#define STRATA_REQUIRE_SUPERUSER()                                                                         \
    if (strata::test::surrounding() != strata::test::Surrounding::plain) {                                 \
        WARN("not run: extensions are created by a superuser, which the role of this surrounding is not"); \
        return;                                                                                            \
    }

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
