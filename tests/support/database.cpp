#include "support/database.hpp"

#include "support/process.hpp"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace strata::test {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// A server's URL; a surrounding that is not there on purpose is a case that is not run.
std::string server_url(const char* name) {
    const auto url = variable(name);
    if (!url.empty()) return url;
    if (name != std::string_view("STRATA_TEST_POSTGRES"))
        throw std::runtime_error(std::string("not run: ") + name + " is not set, so there is no such server");
    throw std::runtime_error(
        "no PostgreSQL server: STRATA_TEST_POSTGRES is not set; run tools/test.sh, or tools/with_postgres.sh "
        "COMMAND");
}

/// The server that makes and drops databases, as superuser.
std::string admin_server_url() {
    return server_url(surrounding() == Surrounding::foreign ? "STRATA_TEST_POSTGRES_FOREIGN" : "STRATA_TEST_POSTGRES");
}

/// What shell() sets, so that it prints the same for a role with settings of its own.
constexpr const char* predictable =
    "-c standard_conforming_strings=on -c datestyle=ISO,MDY -c intervalstyle=postgres -c timezone=UTC "
    "-c bytea_output=hex -c extra_float_digits=1 -c xmlbinary=base64 -c array_nulls=on -c row_security=on "
    "-c default_transaction_read_only=off -c default_transaction_isolation=read\\ committed";

/// The server's URL with another database in its path.
std::string url_of_database(const std::string& server, const std::string& name) {
    const auto authority = server.find("://");
    if (authority == std::string::npos)
        throw std::runtime_error("the test server must be named by a URL: postgresql://...");
    const auto path = server.find_first_of("/?", authority + 3);
    const auto query = server.find('?', authority + 3);
    return server.substr(0, path) + "/" + name + (query == std::string::npos ? "" : server.substr(query));
}

std::string unique_name() {
    std::random_device random;
    std::ostringstream name;
    name << "strata_test_" << std::hex << random() << random();
    return name.str();
}

/// The URL with another user and no password.
std::string url_of_user(const std::string& server, const std::string& user) {
    const auto begin = server.find("://") + 3;
    const auto at = server.find('@', begin);
    return server.substr(0, begin) + user + server.substr(at);
}

std::string output_of(const std::vector<std::string>& command, std::string_view input, const char* options = "") {
    auto result =
        run_process(command, {.input = std::string(input),
                              .environment = {{"PGTZ", "UTC"}, {"PGCLIENTENCODING", "UTF8"}, {"PGOPTIONS", options}}});
    if (result.exit_code != 0)
        throw std::runtime_error(command.front() + " failed: " + result.err + "\nSQL: " + std::string(input));
    if (!result.out.empty() && result.out.back() == '\n') result.out.pop_back();
    return result.out;
}

std::string psql(const std::string& url, std::string_view sql, const char* options = "") {
    return output_of({"psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"}, sql, options);
}

/// pg_dump's text without comments, settings, blank lines and the random key of its restricted mode.
std::string without_noise(const std::string& dump) {
    std::istringstream lines(dump);
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with("--") || line.starts_with("SET ") || line.starts_with("\\restrict") ||
            line.starts_with("\\unrestrict") || line.starts_with("SELECT pg_catalog.set_config("))
            continue;
        result += line + "\n";
    }
    return result;
}

}  // namespace

Surrounding surrounding() {
    const auto name = variable("STRATA_TEST_SURROUNDING");
    if (name.empty() || name == "plain") return Surrounding::plain;
    if (name == "foreign") return Surrounding::foreign;
    if (name == "pooled") return Surrounding::pooled;
    throw std::runtime_error("STRATA_TEST_SURROUNDING must be plain, foreign or pooled");
}

TestDatabase::TestDatabase(TestDialect dialect) : dialect_(dialect) {
    if (is_sqlite()) {
        url_ = "sqlite:///" + (directory() / "test.db").string();
        return;
    }
    const auto server = admin_server_url();
    const bool foreign = surrounding() == Surrounding::foreign;
    const auto name = unique_name();
    admin_url_ = url_of_database(server, name);
    shell_url_ = foreign ? url_of_user(admin_url_, "strata_app") : admin_url_;
    url_ = surrounding() == Surrounding::pooled ? url_of_database(server_url("STRATA_TEST_POSTGRES_POOLED"), name)
                                                : shell_url_;
    // Copying the template's files is five times faster than logging them; PostgreSQL 14 knows no other way.
    psql(server, "SELECT 'CREATE DATABASE " + name + " TEMPLATE " + (foreign ? "strata_template" : "template0") +
                     " ENCODING ''UTF8''' || CASE WHEN current_setting('server_version_num')::int >= "
                     "150000 THEN ' STRATEGY file_copy' ELSE '' END \\gexec\n" +
                     (foreign ? "REVOKE ALL ON DATABASE " + name + " FROM PUBLIC; GRANT CONNECT ON DATABASE " + name +
                                    " TO strata_app;"
                              : ""));
    name_ = name;
}

TestDatabase::~TestDatabase() {
    if (name_.empty()) return;
    try {
        psql(admin_server_url(), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "test database %s was not dropped: %s\n", name_.c_str(), error.what());
    }
}

std::string_view TestDatabase::dialect_name() const { return is_sqlite() ? "sqlite" : "postgresql"; }

std::string_view TestDatabase::schema() const {
    if (is_sqlite()) return "main";
    return surrounding() == Surrounding::foreign ? "app" : "public";
}

std::string TestDatabase::shell(std::string_view sql) const {
    if (is_postgresql()) return psql(shell_url_, sql, predictable);
    return output_of({"sqlite3", "-init", "/dev/null", "-batch", "-bail", (directory() / "test.db").string()}, sql);
}

std::string TestDatabase::admin_shell(std::string_view sql) const {
    return is_postgresql() ? psql(admin_url_, sql, predictable) : shell(sql);
}

void TestDatabase::session_default(std::string_view setting) const {
    shell("ALTER ROLE CURRENT_USER IN DATABASE " + name_ + " SET " + std::string(setting));
}

void TestDatabase::clear() const {
    const std::string name(schema());
    const bool foreign = surrounding() == Surrounding::foreign;
    admin_shell("DROP SCHEMA " + name + " CASCADE; CREATE SCHEMA " + name +
                (foreign ? " AUTHORIZATION strata_app" : ""));
}

std::string TestDatabase::dump() const {
    if (is_sqlite()) return shell("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    return without_noise(output_of({"pg_dump", "--schema-only", "-d", admin_url_}, ""));
}

}  // namespace strata::test
