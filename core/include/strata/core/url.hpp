#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace strata::core {

/// Where a database is, in SQLAlchemy's form. A plain value.
///   sqlite:///relative.db   sqlite:////absolute.db   sqlite:///:memory:
///   postgresql://user:password@host:port/database?option=value   (also postgres://; the host may be a socket
///   directory, percent-encoded or as ?host=/run/postgresql)
///   postgresql://user@one:5432,[::1]:5433/database?target_session_attrs=read-write   (tried in this order)
/// A driver suffix (`postgresql+psycopg2://`) is accepted and ignored. Of PostgreSQL's options those of the libpq that
/// is installed are known (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS), but not
/// client_encoding, which is always UTF8. Percent-encoding may be anywhere after the scheme.
struct Url {
    struct Host {
        std::string name;  ///< an address without its brackets, or a socket directory; empty: the database's default
        int port = 0;      ///< 0: the database's default
        bool operator==(const Host&) const = default;
    };

    std::string scheme;  ///< without driver suffix, under the registered dialect's name
    std::string user;
    std::string password;
    std::vector<Host> hosts;  ///< empty: the database's default
    std::string database;     ///< a name, a file's path, or ":memory:"
    std::map<std::string, std::string> options;

    /// Throws UsageError that names what is wrong and never shows the password. Also refused are a '%' without two
    /// hexadecimal digits, an option without a value and an option that is given twice.
    [[nodiscard]] static Url parse(std::string_view text);
    /// DATABASE_URL, else DB_TYPE DB_HOST DB_PORT DB_NAME DB_USER DB_PASS; DB_HOST may list several with commas, which
    /// then share the port. Throws UsageError when neither is set.
    [[nodiscard]] static Url from_environment();
    /// The URL with `***` for the password and for each option that is or may contain a secret: safe to print. Parsing
    /// the text gives the same URL except for these.
    [[nodiscard]] std::string to_string() const;
    bool operator==(const Url&) const = default;
};

}  // namespace strata::core
