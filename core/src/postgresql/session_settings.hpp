#pragma once

#include "connection/driver.hpp"
#include "error.hpp"

#include <string>
#include <string_view>

namespace strata::core::postgresql {

/// The statement that sets everything that results and behaviour depend on, whatever the role or the database sets.
/// `own_settings` is what the URL's `options` sets. With a process id it takes effect, and returns a row, only in that
/// backend: through a pooler that shares sessions it may be another one.
[[nodiscard]] std::string set_up_sql(std::string_view own_settings, int backend_pid);

/// The statements that restore a session to the state in which set_up_sql() left it. Keeps advisory locks if asked.
[[nodiscard]] std::string restore_sql(std::string_view own_settings, bool keep_locks);

/// The same, inside a transaction on a session that others use too.
extern const char* const restore_shared_sql;

/// The statement that returns a setting with which values would be read or written wrongly.
extern const char* const unfit_settings_sql;

/// Whether a failed result says that a prepared statement is out of date.
[[nodiscard]] detail::Staleness staleness_of(const PGresult* result) noexcept;

}  // namespace strata::core::postgresql
