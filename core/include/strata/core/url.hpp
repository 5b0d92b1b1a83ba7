#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace strata::core {

/// Where a database is, in SQLAlchemy's form. A plain value.
///   sqlite:///relative.db   sqlite:////absolute.db   sqlite:///:memory:
///   postgresql://user:password@host:port/database?option=value   (also postgres://; the host may be a socket
///   directory, percent-encoded or as ?host=/run/postgresql)
/// A driver suffix (`postgresql+psycopg2://`) is accepted and ignored.
struct Url {
    std::string scheme;  ///< without driver suffix, as a registered dialect knows it
    std::string user;
    std::string password;
    std::string host;
    int port = 0;          ///< 0: the database's own default
    std::string database;  ///< a name, a file's path, or ":memory:"
    std::map<std::string, std::string> options;

    /// Throws UsageError, naming what is wrong and never the password.
    [[nodiscard]] static Url parse(std::string_view text);
    /// DATABASE_URL, else DB_TYPE DB_HOST DB_PORT DB_NAME DB_USER DB_PASS. Throws UsageError when neither is set.
    [[nodiscard]] static Url from_environment();
    /// The URL with the password masked as `***`: safe to print.
    [[nodiscard]] std::string to_string() const;
    bool operator==(const Url&) const = default;
};

}  // namespace strata::core
