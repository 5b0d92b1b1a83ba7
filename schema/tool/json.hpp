#pragma once

#include <strata/schema/metadata.hpp>

#include <boost/json/value.hpp>

namespace strata::tool {

/// Each field under its name; fields that are as in a plain value are left out.
[[nodiscard]] boost::json::value json_of(const schema::Table& table);
[[nodiscard]] boost::json::value json_of(const schema::Object& object);
[[nodiscard]] boost::json::value json_of(const schema::MetaData& metadata);

}  // namespace strata::tool
