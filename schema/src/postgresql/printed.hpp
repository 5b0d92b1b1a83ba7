#pragma once

#include <string>
#include <string_view>

namespace strata::schema::postgresql {

/// An expression or a definition as PostgreSQL prints it, so that it means the same when it is read again.
///
/// `status IN ('a', 'b')` of a varchar is printed as `(ARRAY['a'::character varying, 'b'::character varying])::text[]`.
/// Read again, a cast of an ARRAY[...] goes to each of its elements, which is another expression. A cast of the array
/// to its own type in between, which leaves no trace, keeps it where it was.
/// `EXTRACT('YEAR' FROM day)` is printed without the quotes, and YEAR without them is read as 'year'.
[[nodiscard]] std::string repeatable(std::string_view sql);

}  // namespace strata::schema::postgresql
