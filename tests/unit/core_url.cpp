#include "support/catch.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>

#include <cstdlib>

using namespace strata;

namespace {

std::string refusal(const std::string& text) {
    try {
        (void)Url::parse(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "accepted";
}

class Environment {
public:
    explicit Environment(std::initializer_list<std::pair<const char*, const char*>> values) {
        for (const char* name : names) ::unsetenv(name);
        for (const auto& [name, value] : values) ::setenv(name, value, 1);
    }
    ~Environment() {
        for (const char* name : names) ::unsetenv(name);
    }

private:
    static constexpr const char* names[] = {"DATABASE_URL",    "DB_TYPE",        "DB_HOST", "DB_PORT",
                                            "DB_NAME",         "DB_USER",        "DB_PASS", "DB_POOL_SIZE",
                                            "DB_MAX_OVERFLOW", "DB_POOL_TIMEOUT"};
};

}  // namespace

TEST_CASE("an SQLite URL names a relative file, an absolute file or memory", "[unit][url]") {
    CHECK(Url::parse("sqlite:///relative.db").database == "relative.db");
    CHECK(Url::parse("sqlite:////var/absolute.db").database == "/var/absolute.db");
    CHECK(Url::parse("sqlite:///:memory:").database == ":memory:");
    CHECK(Url::parse("sqlite:///with%20space.db").database == "with space.db");
    CHECK(Url::parse("sqlite:///100%25.db").to_string() == "sqlite:///100%.db");
}

TEST_CASE("a PostgreSQL URL gives host, port, user, password, database and options", "[unit][url]") {
    const Url url =
        Url::parse("postgresql://scott:ti%40ger@db.example.org:5433/music?connect_timeout=3&sslmode=disable");
    CHECK(url.scheme == "postgresql");
    CHECK(url.user == "scott");
    CHECK(url.password == "ti@ger");
    CHECK(url.host == "db.example.org");
    CHECK(url.port == 5433);
    CHECK(url.database == "music");
    CHECK(url.options.at("connect_timeout") == "3");
    CHECK(Url::parse("postgresql://u@/music?host=/run/postgresql").options.at("host") == "/run/postgresql");
    CHECK(Url::parse("postgresql://u@%2Frun%2Fpostgresql/music").host == "/run/postgresql");
    CHECK(Url::parse("postgresql://[::1]:5432/music").host == "::1");
}

TEST_CASE("postgres:// and driver suffixes are the same database", "[unit][url]") {
    CHECK(Url::parse("postgres://u@h/d") == Url::parse("postgresql://u@h/d"));
    CHECK(Url::parse("postgresql+psycopg2://u@h/d") == Url::parse("postgresql://u@h/d"));
    CHECK(Url::parse("sqlite+pysqlite:///x.db") == Url::parse("sqlite:///x.db"));
}

TEST_CASE("a shown URL masks its password", "[unit][url]") {
    CHECK(Url::parse("postgresql://scott:tiger@h:1/d").to_string() == "postgresql://scott:***@h:1/d");
    CHECK(Url::parse("postgresql://h/d?password=tiger").to_string() == "postgresql://h/d?password=***");
    CHECK(Url::parse("postgresql://scott@h/d").to_string() == "postgresql://scott@h/d");
}

TEST_CASE("a wrong URL is told in one line without its password", "[unit][url]") {
    for (const char* text :
         {"", "music.db", "://x", "mysql://root:tiger@h/d", "sqlite://", "sqlite:///", "sqlite://h/x.db",
          "postgresql://u:tiger@h:port/d", "postgresql://u:tiger@h:99999/d", "postgresql://u:tiger@h/d?nope=1",
          "postgresql://u:tiger@h/d?novalue", "postgresql://u:tiger@[::1/d", "postgresql://u:tiger@h/a/b",
          "sqlite:///x%00tiger.db", "postgresql://u:1/tiger@h/d", "postgresql://u:ti/tiger@h/d"}) {
        INFO(text);
        const std::string message = refusal(text);
        CHECK(message != "accepted");
        CHECK(message.find('\n') == std::string::npos);
        CHECK(message.find("tiger") == std::string::npos);
    }
    CHECK_THAT(refusal("postgresql://u:1/tiger@h/d"), Catch::Matchers::Contains("%2F for a '/'"));
    CHECK(Url::parse("PostgreSQL://h/d").scheme == "postgresql");
    CHECK(Url::parse(" \tpostgresql://h/d\n").database == "d");
    CHECK(refusal(" \n") != "accepted");
    CHECK(Url::parse("postgresql://[::1]:5432/d").to_string() == "postgresql://[::1]:5432/d");
    CHECK(Url::parse("sqlite:///a@b/c.db").database == "a@b/c.db");
    CHECK(refusal("mysql://h/d") == "unknown database scheme mysql; known are: sqlite, postgresql");
}

TEST_CASE("the environment names the database by DATABASE_URL or by DB_ parts", "[unit][url]") {
    {
        const Environment set({{"DATABASE_URL", "sqlite:///a.db"}, {"DB_TYPE", "postgres"}});
        CHECK(Url::from_environment().to_string() == "sqlite:///a.db");
    }
    {
        const Environment set({{"DB_TYPE", "postgres"},
                               {"DB_HOST", "h"},
                               {"DB_PORT", "6000"},
                               {"DB_NAME", "d"},
                               {"DB_USER", "u"},
                               {"DB_PASS", "p"}});
        CHECK(Url::from_environment().to_string() == "postgresql://u:***@h:6000/d");
        CHECK(Url::from_environment().password == "p");
    }
    {
        const Environment set(
            {{"DB_TYPE", "sqlite"}, {"DB_NAME", "x.db"}, {"DB_HOST", "ignored"}, {"DB_USER", "ignored"}});
        CHECK(Url::from_environment().to_string() == "sqlite:///x.db");
    }
    const Environment none({});
    CHECK_THROWS_AS(Url::from_environment(), UsageError);
}

TEST_CASE("the environment sets the pool", "[unit][url]") {
    {
        const Environment set({{"DB_POOL_SIZE", "2"}, {"DB_MAX_OVERFLOW", "0"}, {"DB_POOL_TIMEOUT", "7"}});
        const auto options = EngineOptions::from_environment();
        CHECK(options.pool_size == 2);
        CHECK(options.max_overflow == 0);
        CHECK(options.pool_timeout == std::chrono::seconds(7));
    }
    const Environment wrong({{"DB_POOL_SIZE", "many"}});
    CHECK_THROWS_AS(EngineOptions::from_environment(), UsageError);
}
