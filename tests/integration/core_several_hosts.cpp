// A URL that names several hosts connects to the first one that answers.

#include "support/database.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/url.hpp>

using namespace strata;
using Catch::Matchers::Contains;
using test::TestDatabase;
using test::TestDialect;

TEST_CASE("the next host of a URL is tried when one does not answer", "[core][url][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    Url url = Url::parse(db.url());
    if (const auto host = url.options.extract("host")) url.hosts = {{host.mapped(), 0}};
    if (url.hosts.empty()) url.hosts = {{}};
    url.hosts.insert(url.hosts.begin(), {(db.directory() / "nothing").string(), 0});
    url.options["connect_timeout"] = "5";
    const Engine engine(url);
    CHECK(engine.connect()->scalar("SELECT current_database()") == url.database);
    CHECK(Engine(Url::parse(url.to_string())).connect()->scalar("SELECT 1") == "1");

    url.hosts.pop_back();
    url.password = "topsecret";
    try {
        static_cast<void>(Engine(url).connect());
        FAIL("connected");
    } catch (const ConnectionError& error) {
        CHECK_THAT(error.what(), Contains("cannot connect to postgresql://") && !Contains("topsecret"));
    }
}
