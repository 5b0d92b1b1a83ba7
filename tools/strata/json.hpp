#pragma once

#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

#include <boost/json/value.hpp>

namespace strata::tool {

/// Each field under its name; fields that are as in a plain value are left out. A column has its type as the database
/// spells it in "sql_type" besides.
[[nodiscard]] boost::json::value json_of(const schema::Table& table, const schema::DdlCompiler& ddl);
[[nodiscard]] boost::json::value json_of(const schema::MetaData& metadata, const schema::DdlCompiler& ddl);

}  // namespace strata::tool
