#pragma once

#include <strata/core/url.hpp>

#include <filesystem>

namespace strata::core::detail {

/// Writes the whole database, as it is at one moment, into a file that does not exist yet: of SQLite a database by its
/// backup API (https://www.sqlite.org/backup.html), of PostgreSQL an archive by pg_dump for pg_restore. Others may use
/// the database meanwhile. Throws UsageError for a file that is there, a database in memory, and where pg_dump is not
/// installed; Error with its last line where it fails. A file that is not whole is removed.
void back_up(const Url& url, const std::filesystem::path& file);

}  // namespace strata::core::detail

namespace strata::core::sqlite {
void back_up(const Url& url, const std::filesystem::path& file);
}
namespace strata::core::postgresql {
void back_up(const Url& url, const std::filesystem::path& file);
}
