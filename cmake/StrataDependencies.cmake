# The libraries Strata stands on: said once, for the build and for the installed strataConfig.cmake (a static library's user
# links what it uses in private). Each entry is the arguments of one find_package().
set(STRATA_DEPENDENCIES
    "Threads"
    "SQLite3 3.37"
    "PostgreSQL 14"
    "SOCI 4.0"
    "Boost 1.81 CONFIG COMPONENTS json" # Boost.Describe is absent from Debian 12's default 1.74
    "spdlog 1.10 CONFIG"
    "OpenSSL 3"
    "CLI11 2.1 CONFIG"
    "tomlplusplus 3 CONFIG")
