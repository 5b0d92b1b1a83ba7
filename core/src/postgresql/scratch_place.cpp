#include <strata/core/connection.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/scratch_place.hpp>

namespace strata::core::postgresql {
namespace {

using detail::end_quietly;
using detail::scratch_name;
using detail::ScratchPlace;
using detail::ScratchPlacePtr;

/// A database beside the one that the URL names.
class OwnDatabase final : public ScratchPlace {
public:
    /// `source`: the database to copy; empty: the server's own template.
    OwnDatabase(Url server, Connection& connection, const std::string& source = {})
        : server_(std::move(server)), name_(scratch_name()) {
        std::string sql = "CREATE DATABASE " + connection.dialect().quoted(name_);
        if (!source.empty()) sql += " TEMPLATE " + connection.dialect().quoted(source);
        // A copy of files is several times faster than one by the log; before PostgreSQL 15 nothing else is known.
        if (connection.scalar("SELECT (current_setting('server_version_num')::int >= 150000)::int") == "1")
            sql += " STRATEGY file_copy";
        connection.execute(sql);
    }
    ~OwnDatabase() override {
        end_quietly("database " + name_, [this] {
            Connection connection(server_);
            connection.execute("DROP DATABASE IF EXISTS " + connection.dialect().quoted(name_) + " WITH (FORCE)");
        });
    }

    [[nodiscard]] Url url() const override {
        Url url = server_;
        url.database = name_;
        return url;
    }
    [[nodiscard]] bool can_be_copied() const noexcept override { return true; }
    /// A database with sessions cannot be copied, and a pooler may keep some.
    void freeze() override {
        Connection connection(server_);
        connection.execute("ALTER DATABASE " + connection.dialect().quoted(name_) + " WITH ALLOW_CONNECTIONS false");
        const Value name[] = {Value::text(name_)};
        (void)connection.scalar("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = ?",
                                name);
    }
    [[nodiscard]] ScratchPlacePtr copy() const override {
        Connection connection(server_);
        return std::make_unique<OwnDatabase>(server_, connection, name_);
    }

private:
    const Url server_;
    const std::string name_;
};

/// A schema in the database that the URL names, where unqualified names mean what is in it.
class OwnSchema final : public ScratchPlace {
public:
    OwnSchema(Url database, Connection& connection) : database_(std::move(database)), name_(scratch_name()) {
        connection.execute("CREATE SCHEMA " + connection.dialect().quoted(name_));
    }
    ~OwnSchema() override {
        end_quietly("schema " + name_, [this] {
            Connection connection(database_);
            connection.execute("DROP SCHEMA IF EXISTS " + connection.dialect().quoted(name_) + " CASCADE");
        });
    }

    [[nodiscard]] Url url() const override {
        Url url = database_;
        std::string& options = url.options["options"];
        options += (options.empty() ? "-csearch_path=" : " -csearch_path=") + name_;
        return url;
    }

private:
    const Url database_;
    const std::string name_;
};

bool may(Connection& connection, const char* sql) { return connection.scalar(sql) == "1"; }

constexpr const char* create_databases =
    "SELECT (rolcreatedb OR rolsuper)::int FROM pg_roles WHERE rolname = current_user";

}  // namespace

ScratchPlacePtr make_scratch_place(const Url& url) {
    Connection connection(url);
    if (may(connection, create_databases)) return std::make_unique<OwnDatabase>(url, connection);
    if (may(connection, "SELECT has_database_privilege(current_database(), 'CREATE')::int"))
        return std::make_unique<OwnSchema>(url, connection);
    throw UsageError(
        "the role may create neither a database nor a schema for a test: ALTER ROLE ... CREATEDB, or GRANT CREATE ON "
        "DATABASE ...");
}

ScratchPlacePtr make_scratch_database(const Url& url) {
    Connection connection(url);
    if (may(connection, create_databases)) return std::make_unique<OwnDatabase>(url, connection);
    throw UsageError(
        "the role may create no database to try things in: ALTER ROLE ... CREATEDB, or name a server where it may");
}

}  // namespace strata::core::postgresql
