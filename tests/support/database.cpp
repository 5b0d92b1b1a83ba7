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

std::string server_url() {
    const char* url = std::getenv("STRATA_TEST_POSTGRES");
    if (url == nullptr || *url == '\0')
        throw std::runtime_error(
            "no PostgreSQL server: STRATA_TEST_POSTGRES is not set; run tools/test.sh, or tools/with_postgres.sh "
            "COMMAND");
    return url;
}

/// The server's URL with another database in its path.
std::string url_of_database(const std::string& server, const std::string& name) {
    const auto authority = server.find("://");
    if (authority == std::string::npos)
        throw std::runtime_error("STRATA_TEST_POSTGRES must be a URL: postgresql://...");
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

std::string output_of(const std::vector<std::string>& command, std::string_view input) {
    auto result = run_process(
        command, {.input = std::string(input), .environment = {{"PGTZ", "UTC"}, {"PGCLIENTENCODING", "UTF8"}}});
    if (result.exit_code != 0)
        throw std::runtime_error(command.front() + " failed: " + result.err + "\nSQL: " + std::string(input));
    if (!result.out.empty() && result.out.back() == '\n') result.out.pop_back();
    return result.out;
}

std::string psql(const std::string& url, std::string_view sql) {
    return output_of({"psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"}, sql);
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

TestDatabase::TestDatabase(TestDialect dialect) : dialect_(dialect) {
    if (is_sqlite()) {
        url_ = "sqlite:///" + (directory() / "test.db").string();
        return;
    }
    const auto server = server_url();
    name_ = unique_name();
    url_ = url_of_database(server, name_);
    // Copying the template's files is five times faster than logging them; PostgreSQL 14 knows no other way.
    psql(server,
         "SELECT 'CREATE DATABASE " + name_ +
             " TEMPLATE template0 ENCODING ''UTF8''' || CASE WHEN current_setting('server_version_num')::int >= "
             "150000 THEN ' STRATEGY file_copy' ELSE '' END \\gexec");
}

TestDatabase::~TestDatabase() {
    if (name_.empty()) return;
    try {
        psql(server_url(), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "test database %s stays behind: %s\n", name_.c_str(), error.what());
    }
}

std::string_view TestDatabase::dialect_name() const { return is_sqlite() ? "sqlite" : "postgresql"; }

std::string TestDatabase::shell(std::string_view sql) const {
    if (is_postgresql()) return psql(url_, sql);
    return output_of({"sqlite3", "-init", "/dev/null", "-batch", "-bail", (directory() / "test.db").string()}, sql);
}

std::string TestDatabase::dump() const {
    if (is_sqlite()) return shell("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    return without_noise(output_of({"pg_dump", "--schema-only", "-d", url_}, ""));
}

}  // namespace strata::test
