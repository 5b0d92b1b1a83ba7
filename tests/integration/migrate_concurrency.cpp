#include "migrate_processes.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/upgrade.hpp>

using namespace strata::migrate;
using strata::Engine;
using strata::test::in_processes;
using strata::test::ten_revisions;

namespace {

const std::vector<int> four_successes{0, 0, 0, 0};

void race(strata::test::TestDialect dialect) {
    const auto history = ten_revisions();
    const int rounds = strata::test::long_run() ? 50 : 10;
    for (int round = 0; round < rounds; ++round) {
        INFO("round " << round);
        const strata::test::TestDatabase db(dialect);
        REQUIRE(in_processes(4, [&](int) { upgrade(Engine(db.url()), "head", history.revisions()); }) ==
                four_successes);
        CHECK(db.shell("SELECT version_num FROM strata_version") == "r9");
        CHECK(db.shell("SELECT revision FROM log ORDER BY id") == "r0\nr1\nr2\nr3\nr4\nr5\nr6\nr7\nr8\nr9");
        CHECK(in_processes(4, [&](int) { downgrade(Engine(db.url()), "r0", history.revisions()); }) == four_successes);
        CHECK(db.shell("SELECT version_num FROM strata_version") == "r0");
        CHECK(db.shell("SELECT * FROM log ORDER BY id LIMIT 1") == "1|r0");
    }
}

}  // namespace

TEST_CASE("four processes at once upgrade an empty database, each revision once (sqlite)",
          "[migrate][processes][sqlite]") {
    race(strata::test::TestDialect::sqlite);
}

TEST_CASE("four processes at once upgrade an empty database, each revision once (postgresql)",
          "[migrate][processes][postgresql]") {
    race(strata::test::TestDialect::postgresql);
}
