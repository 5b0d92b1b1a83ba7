#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/ddl.hpp>

#include <string>

namespace strata::migrate::postgresql {

/// The USING expression that converts a column's old values to the new type; std::nullopt where PostgreSQL's own
/// assignment cast is better, since it refuses a text that is too long where an explicit cast would truncate it.
[[nodiscard]] std::string conversion(const schema::DdlCompiler& ddl, const std::string& column,
                                     const schema::Type& from, const schema::Type& to);

/// Whether the conversion depends on the session's time zone, which must be UTC while it runs. Only a plain cast keeps
/// the offset that a text contains.
[[nodiscard]] bool depends_on_time_zone(const schema::Type& from, const schema::Type& to);

}  // namespace strata::migrate::postgresql
