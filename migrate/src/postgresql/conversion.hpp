#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/ddl.hpp>

#include <string>

namespace strata::migrate::postgresql {

/// The USING expression that turns a column's old values into the new type, or nothing where PostgreSQL's own
/// assignment does it best: it refuses a text that is too long, which an explicit cast would cut.
[[nodiscard]] std::string conversion(const schema::DdlCompiler& ddl, const std::string& column,
                                     const schema::Type& from, const schema::Type& to);

/// Whether the conversion depends on the session's time zone, which has to be UTC while it runs. A cast and no other
/// expression takes a text's own offset where it has one.
[[nodiscard]] bool depends_on_time_zone(const schema::Type& from, const schema::Type& to);

}  // namespace strata::migrate::postgresql
