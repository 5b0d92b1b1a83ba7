// What goes wrong: one line that says what, where, and what to do; no value in it.

#include "support/dal_database.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

STRATA_DB_TEST("the error for a missing table names it and the remedy", "[dal][errors]") {
    const dal::Database dal = connected(db);
    const std::string line = "no such table: devices; run db_migrate.sh upgrade";
    CHECK_THROWS_WITH(dal(devices).all(), line);
    CHECK_THROWS_WITH(dal(devices.name == "x").count(), line);
    CHECK_THROWS_WITH(dal.insert(Device{.name = "x"}), line);
    CHECK_THROWS_WITH(dal.insert_many(std::vector<Device>(3)), line);
    CHECK_THROWS_WITH(dal.get(devices, 1), line);
    CHECK_THROWS_WITH(dal.all(select(users.id).from(users).join(devices, devices.id == users.id)), line);
    CHECK_THROWS_WITH(dal.query<std::int64_t>("SELECT id FROM devices"), line);
    CHECK_THROWS_WITH(dal.transaction([](dal::Transaction& tx) { tx(dal::all(devices)).remove(); }), line);
}

STRATA_DB_TEST("a missing column says to run the migrations", "[dal][errors]") {
    const dal::Database dal = connected(db);
    db.shell("ALTER TABLE users DROP COLUMN phone");
    CHECK_THROWS_WITH(dal(users).all(), Contains("phone") && Contains("; run db_migrate.sh upgrade"));
    CHECK_THROWS_WITH(dal.insert(User{.email = "x"}), Contains("phone") && Contains("; run db_migrate.sh upgrade"));
    CHECK_THROWS_WITH(dal(users.phone == "1").count(), Contains("phone") && Contains("; run db_migrate.sh upgrade"));
    CHECK_THROWS_WITH(dal.query<std::int64_t>("SELECT nothing FROM users"), !Contains("db_migrate"));
}

STRATA_DB_TEST("violations have their types and know where, and a refused value is never shown", "[dal][errors]") {
    const dal::Database dal = connected(db);
    dal.insert(User{.email = "topsecret"});
    try {
        dal.insert(User{.email = "topsecret"});
        FAIL("a duplicate was taken");
    } catch (const UniqueViolation& error) {
        CHECK(error.table() == "users");
        CHECK_THAT(error.what(), !Contains("topsecret"));
        CHECK_THAT(error.statement(), Contains("INSERT INTO") && !Contains("topsecret"));
        CHECK_FALSE(error.retryable());
    }
    CHECK_THROWS_AS(dal.execute("INSERT INTO users (phone) VALUES (?)", "1"), NotNullViolation);
    CHECK_THROWS_AS(dal.execute("UPDATE users SET email = NULL"), NotNullViolation);
    CHECK_THROWS_AS(dal.insert(SongTag{7, "x"}), ForeignKeyViolation);
}

TEST_CASE("connect does not make a database", "[dal][errors][sqlite]") {
    const strata::test::TemporaryDirectory directory;
    const std::string path = (directory.path() / "missing.db").string();
    CHECK_THROWS_WITH(dal::connect("sqlite:///" + path),
                      Contains("there is no such file") && Contains("migrations or create_all"));
    CHECK_FALSE(std::filesystem::exists(path));
}

STRATA_DB_TEST("connect and every verb leave the schema as it was", "[dal]") {
    const dal::Database dal = connected(db);
    const std::string before = db.dump();
    const dal::Database again = dal::connect(db.url());
    again.insert(User{.email = "x"});
    again.insert_many(std::vector<User>{{.email = "y"}});
    again(dal::all(users)).remove();
    CHECK(db.dump() == before);
}

namespace {

/// What the call writes to standard error, where the log goes.
template <class Call>
std::string logged(const test::TemporaryDirectory& directory, const Call& call) {
    const std::filesystem::path file = directory.path() / "stderr";
    std::fflush(stderr);
    const int saved = ::dup(STDERR_FILENO);
    const int log = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    ::dup2(log, STDERR_FILENO);
    ::close(log);
    call();
    std::fflush(stderr);
    ::dup2(saved, STDERR_FILENO);
    ::close(saved);
    std::ifstream text(file);
    return {std::istreambuf_iterator<char>(text), {}};
}

}  // namespace

TEST_CASE("connect warns once of a role that may create in the schema, and not of one that may not",
          "[dal][postgresql]") {
    STRATA_NOT_POOLED("a URL's options do not reach the server");
    const test::TestDatabase db(test::TestDialect::postgresql);
    const test::TemporaryDirectory directory;
    CHECK_THAT(logged(directory, [&] { (void)connected(db); }), Contains("may create in the schema"));
    CHECK(logged(directory, [&] { (void)dal::connect(db.url()); }).empty());
    const std::string role = "strata_app_" + std::to_string(::getpid());
    const std::string schema(db.schema());
    db.admin_shell("CREATE ROLE " + role + "; GRANT USAGE ON SCHEMA " + schema + " TO " + role + "; GRANT SELECT ON " +
                   schema + ".users TO " + role + "; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    if (test::surrounding() == test::Surrounding::foreign) db.admin_shell("GRANT " + role + " TO strata_app");
    const std::string url =
        db.url() + (db.url().find('?') == std::string::npos ? "?" : "&") + "options=-crole%3D" + role;

    CHECK(logged(directory, [&] { CHECK(dal::connect(url)(users).count() == 0); }).empty());
    db.admin_shell("DROP OWNED BY " + role + "; DROP ROLE " + role);
}
