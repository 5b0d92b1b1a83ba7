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
    CHECK(Url::parse("sqlite:///100%25.db").to_string() == "sqlite:///100%25.db");
}

TEST_CASE("a PostgreSQL URL gives host, port, user, password, database and options", "[unit][url]") {
    const Url url =
        Url::parse("postgresql://scott:ti%40ger@db.example.org:5433/music?connect_timeout=3&sslmode=disable");
    CHECK(url.scheme == "postgresql");
    CHECK(url.user == "scott");
    CHECK(url.password == "ti@ger");
    CHECK(url.hosts == std::vector<Url::Host>{{"db.example.org", 5433}});
    CHECK(url.database == "music");
    CHECK(url.options.at("connect_timeout") == "3");
    CHECK(Url::parse("postgresql://u@/music?host=/run/postgresql").options.at("host") == "/run/postgresql");
    CHECK(Url::parse("postgresql://u@%2Frun%2Fpostgresql/music").hosts ==
          std::vector<Url::Host>{{"/run/postgresql", 0}});
    CHECK(Url::parse("postgresql://[::1]:5432/music").hosts == std::vector<Url::Host>{{"::1", 5432}});
    CHECK(Url::parse("postgresql://[fe80::1%25eth0]/music").hosts == std::vector<Url::Host>{{"fe80::1%eth0", 0}});
    CHECK(Url::parse("postgresql://:5433/music").hosts == std::vector<Url::Host>{{"", 5433}});
    CHECK(Url::parse("postgresql:///music").hosts.empty());
    CHECK(Url::parse("postgresql://:/music").hosts.empty());
}

TEST_CASE("a PostgreSQL URL may name several hosts", "[unit][url]") {
    using Hosts = std::vector<Url::Host>;
    CHECK(Url::parse("postgresql://u@one:5432,two:5433/d").hosts == Hosts{{"one", 5432}, {"two", 5433}});
    CHECK(Url::parse("postgresql://u:a,b@one,two:5433/d").hosts == Hosts{{"one", 0}, {"two", 5433}});
    CHECK(Url::parse("postgresql://[::1]:5432,[::2],three/d").hosts == Hosts{{"::1", 5432}, {"::2", 0}, {"three", 0}});
    CHECK(Url::parse("postgresql://one,,%2Frun/d").hosts == Hosts{{"one", 0}, {}, {"/run", 0}});
    CHECK(Url::parse("postgresql://one,/d").hosts == Hosts{{"one", 0}, {}});
}

TEST_CASE("libpq's own options are known", "[unit][url]") {
    for (const char* option : {"ssl_min_protocol_version=TLSv1.2", "sslsni=1", "sslcrldir=%2Fcrl", "krbsrvname=x",
                               "target_session_attrs=read-write", "host=one,two", "passfile=x", "service=s"}) {
        INFO(option);
        CHECK(refusal(std::string("postgresql://h/d?") + option) == "accepted");
    }
    CHECK_THAT(refusal("postgresql://h/d?client_encoding=LATIN1"), Catch::Matchers::Contains("always UTF8"));
    CHECK_THAT(refusal("postgresql://h/d?replication=true"), Catch::Matchers::Contains("no option replication"));
}

TEST_CASE("a shown URL is the same URL when it is parsed again", "[unit][url]") {
    for (const char* text :
         {"postgresql://h/d", "postgresql://u@h:5/d", "postgresql://u%40x%3Ay@h/d", "postgresql:///d%40e",
          "postgresql://h/a%40b%3Fc%25", "postgresql://[::1]:5,[fe80::1%25eth0],%2Frun%2Fa%3Ab,,h:6/d",
          "postgresql://,/d", "postgresql://h/d?application_name=a%26b%3Dc%40d%25e%20f%3Fg&host=x,y", "postgresql://h",
          "postgresql://?host=x", "sqlite:///a@b/c.db", "sqlite:///100%25%20%3F.db", "sqlite:////x/%0A%1B.db",
          "sqlite:///%20x%20", "sqlite:///:memory:", "postgresql://:5433/d", "postgresql://u@/d"}) {
        INFO(text);
        const Url url = Url::parse(text);
        CHECK(Url::parse(url.to_string()) == url);
        CHECK(url.to_string().find_first_of(" \n\x1B") == std::string::npos);
    }
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
    CHECK(Url::parse("postgresql://a:tiger@h,i:2/d").to_string() == "postgresql://a:***@h,i:2/d");
    for (const char* option : {"sslpassword=tiger", "options=-c%20app.secret%3Dtiger",
                               "dbname=postgresql:%2F%2Fu:tiger%40h%2Fd", "application_name=x%20password%3Dtiger"}) {
        INFO(option);
        const auto shown = Url::parse(std::string("postgresql://h/d?") + option).to_string();
        CHECK(shown.find("tiger") == std::string::npos);
        CHECK(shown.find("=***") != std::string::npos);
    }
    Url unknown = Url::parse("postgresql://h/d?application_name=tiger");
    unknown.scheme = "nothing";
    CHECK(unknown.to_string() == "nothing://h/d?application_name=***");
}

TEST_CASE("a wrong URL is reported in one line without its password", "[unit][url]") {
    for (const char* text : {"",
                             "music.db",
                             "://x",
                             "mysql://root:tiger@h/d",
                             "sqlite://",
                             "sqlite:///",
                             "sqlite://h/x.db",
                             "postgresql://u:tiger@h:port/d",
                             "postgresql://u:tiger@h:99999/d",
                             "postgresql://u:tiger@h/d?nope=1",
                             "postgresql://u:tiger@h/d?novalue",
                             "postgresql://u:tiger@[::1/d",
                             "postgresql://u:tiger@h/a/b",
                             "sqlite:///x%00tiger.db",
                             "postgresql://u:1/tiger@h/d",
                             "postgresql://u:ti/tiger@h/d",
                             "postgresql://u:ti?tiger=x@h/d",
                             "postgresql://u:x@y?tiger=1@h/d",
                             "postgresql://u:%zztiger@h/d",
                             "postgresql://u:tiger%4@h/d",
                             "postgresql://u:tiger%@h/d",
                             "postgresql://h/d?sslmode=",
                             "postgresql://h/d?=x",
                             "postgresql://h/d?a&b",
                             "postgresql://h/d?sslmode=require&sslmode=disable",

                             "postgresql://h/d?&",
                             "postgresql://u:tiger@[::1]x/d",
                             "postgresql://u:tiger@[h]/d",
                             "postgresql://u:tiger@::1/d",
                             "postgresql://u:tiger@h%2Ci/d",
                             "postgresql://h:0/d",
                             "postgresql://h:-1/d",
                             "postgresql://h/d?a%0Ab=1",
                             "sqlite://:tiger@/x.db",
                             "postgresql://u:tiger@h:1:2/d",
                             "postgresql://u:tiger@h,[::1/d"}) {
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
        const Environment set({{"DB_TYPE", "postgres"}, {"DB_HOST", "h,::1"}, {"DB_PORT", "6000"}, {"DB_NAME", "d"}});
        CHECK(Url::from_environment().to_string() == "postgresql://h:6000,[::1]:6000/d");
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
