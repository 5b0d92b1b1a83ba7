#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/upgrade.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

using namespace strata::migrate;
using strata::Engine;
using strata::test::History;

namespace {

/// Ten revisions; each writes a row that must be there once, and some change a table with rows.
History ten_revisions() {
    History history;
    history.add(
        "r0", {},
        [](Operations& op) {
            op.create_table("log", {column("id", BigInteger{}).identity(), column("revision", Text{}),
                                    primary_key("pk_log", {"id"})});
            op.bulk_insert("log", {"revision"}, {{"r0"}});
        },
        [](Operations& op) { op.drop_table("log"); });
    for (int i = 1; i < 10; ++i) {
        const auto id = "r" + std::to_string(i);
        const auto name = "c" + std::to_string(i);
        history.add(
            id, {"r" + std::to_string(i - 1)},
            [id, name](Operations& op) {
                op.add_column("log", column(name, Integer{}).nullable());
                if (id == "r5") {
                    op.execute("UPDATE log SET c5 = 5");
                    op.alter_column("log", name).nullable(false).server_default(literal(5));
                }
                op.bulk_insert("log", {"revision"}, {{id}});
            },
            [name](Operations& op) { op.drop_column("log", name); });
    }
    return history;
}

/// Runs the call in so many processes that begin together; returns their exit codes.
std::vector<int> in_processes(int count, const std::function<void()>& call) {
    int gate[2];
    REQUIRE(pipe(gate) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < count; ++i) {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            close(gate[1]);
            char end = 0;
            (void)!read(gate[0], &end, 1);  // until the parent lets go
            try {
                call();
                _exit(0);
            } catch (const std::exception& error) {
                std::fprintf(stderr, "%s\n", error.what());
                _exit(2);
            }
        }
        children.push_back(child);
    }
    close(gate[0]);
    close(gate[1]);
    std::vector<int> codes;
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        codes.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    return codes;
}

const std::vector<int> four_successes{0, 0, 0, 0};

void race(strata::test::TestDialect dialect) {
    const auto history = ten_revisions();
    const int rounds = strata::test::long_run() ? 50 : 10;
    for (int round = 0; round < rounds; ++round) {
        INFO("round " << round);
        const strata::test::TestDatabase db(dialect);
        REQUIRE(in_processes(4, [&] { upgrade(Engine(db.url()), "head", history.revisions()); }) == four_successes);
        CHECK(db.shell("SELECT version_num FROM strata_version") == "r9");
        CHECK(db.shell("SELECT revision FROM log ORDER BY id") == "r0\nr1\nr2\nr3\nr4\nr5\nr6\nr7\nr8\nr9");
        CHECK(in_processes(4, [&] { downgrade(Engine(db.url()), "r0", history.revisions()); }) == four_successes);
        CHECK(db.shell("SELECT version_num FROM strata_version") == "r0");
        CHECK(db.shell("SELECT * FROM log ORDER BY id LIMIT 1") == "1|r0");
    }
}

}  // namespace

TEST_CASE("four processes at once upgrade an empty database, each revision once (sqlite)",
          "[migrate][concurrency][sqlite]") {
    race(strata::test::TestDialect::sqlite);
}

TEST_CASE("four processes at once upgrade an empty database, each revision once (postgresql)",
          "[migrate][concurrency][postgresql]") {
    race(strata::test::TestDialect::postgresql);
}
