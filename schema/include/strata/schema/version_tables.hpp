#pragma once

#include <strata/schema/metadata.hpp>

#include <string>

namespace strata::schema {

/// The tables of migrations of one application: several applications may share a database, each with its own.
struct VersionTables {
    std::string version{version_table};
    std::string history{history_table};
    std::string schema{};  ///< where both are; empty: the connection's current one. SQLite has none

    bool operator==(const VersionTables&) const = default;
};

}  // namespace strata::schema
