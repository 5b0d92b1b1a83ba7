#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <string>
#include <vector>

using strata::test::ProcessResult;
using strata::test::run_process;
using strata::test::TemporaryDirectory;

namespace {

const std::string tool = (strata::test::source_directory() / "tools/with_postgres.sh").string();

/// Runs bash beside a server of its own, whose files are in the folder.
ProcessResult with_postgres(const TemporaryDirectory& folder, const std::string& script,
                            std::vector<std::string> arguments = {}) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    arguments.insert(arguments.begin(), tool);
    arguments.insert(arguments.end(), {"bash", "-c", script});
    return run_process(arguments, {.environment = {{"STRATA_TEST_POSTGRES", ""},
                                                   {"STRATA_TEST_POSTGRES_FOREIGN", ""},
                                                   {"STRATA_TEST_POSTGRES_POOLED", ""},
                                                   {"TMPDIR", folder.path().string()}}});
}

}  // namespace

TEST_CASE("a private server runs for the command and its files are gone afterwards", "[tools][postgresql]") {
    const TemporaryDirectory folder;
    const auto result =
        with_postgres(folder,
                      "psql -XAt -d \"$STRATA_TEST_POSTGRES\" -c 'SHOW listen_addresses; SELECT 41 + 1';"
                      "stat -c %U $TMPDIR/strata-postgres.*/data; exit 7");
    INFO(result.err);
    CHECK(result.exit_code == 7);
    CHECK(result.out.starts_with("\n42\n"));  // no network address
    CHECK(result.out.find("root") == std::string::npos);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("one role of the private server has to give its password", "[tools][postgresql]") {
    const TemporaryDirectory folder;
    const auto result =
        with_postgres(folder,
                      "psql -XAt -d \"$STRATA_TEST_POSTGRES_PASSWORD\" -c 'SELECT current_user' &&"
                      "psql -XAt -d \"${STRATA_TEST_POSTGRES_PASSWORD/:strata@/:wrong@}\" -c 'SELECT 1'");
    CHECK(result.exit_code == 2);
    CHECK(result.out == "strata_password\n");
    CHECK_THAT(result.err, Catch::Matchers::Contains("password authentication failed"));
}

TEST_CASE("the foreign server speaks German, and its role may do little", "[tools][postgresql]") {
    const TemporaryDirectory folder;
    const auto result =
        with_postgres(folder,
                      "export PGCLIENTENCODING=UTF8; echo $STRATA_TEST_SURROUNDING $STRATA_TEST_POSTGRES;"
                      "role=${STRATA_TEST_POSTGRES_FOREIGN/postgres@\\/postgres/strata_app@\\/strata_template};"
                      "psql -XAt -d \"$role\" -c 'SHOW search_path' -c 'SHOW standard_conforming_strings' -c 'CREATE "
                      "TABLE t (a int)';"
                      "psql -XAt -d \"$role\" -c 'SELECT nothing'; exit 0",
                      {"--surrounding", "foreign"});
    INFO(result.err);
    CHECK(result.out == "foreign\napp, public\noff\n");
    CHECK_THAT(result.err, Catch::Matchers::Contains("Spalte »nothing« existiert nicht") ||
                               Catch::Matchers::Contains("the foreign server speaks English"));
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("the pooler pools by transactions, and is gone afterwards", "[tools][postgresql]") {
    const TemporaryDirectory folder;
    const auto result =
        with_postgres(folder,
                      "echo $STRATA_TEST_SURROUNDING; psql -XAt -d \"$STRATA_TEST_POSTGRES_POOLED\" -c 'SELECT 41 + 1';"
                      "psql -XAt -d \"${STRATA_TEST_POSTGRES_POOLED/@\\/postgres/@\\/pgbouncer}\" -c 'SHOW CONFIG' |"
                      "grep '^pool_mode' | cut -d'|' -f2",
                      {"--surrounding", "pooled"});
    INFO(result.err);
    CHECK(result.out.starts_with("pooled\n42\ntransaction\n"));
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a private server ends when its script is told to", "[tools][postgresql]") {
    const TemporaryDirectory folder;
    const auto result =
        with_postgres(folder, "head -n 1 $TMPDIR/strata-postgres.*/data/postmaster.pid; kill $PPID; exec sleep 60");
    CHECK(result.exit_code == 128 + 15);
    CHECK(std::filesystem::is_empty(folder.path()));
    REQUIRE_FALSE(result.out.empty());
    CHECK_FALSE(std::filesystem::exists("/proc/" + result.out.substr(0, result.out.find('\n'))));
}

TEST_CASE("a server that is named is used and none is started", "[tools]") {
    const auto result = run_process({tool, "bash", "-c", "echo $STRATA_TEST_POSTGRES"},
                                    {.environment = {{"STRATA_TEST_POSTGRES", "postgresql://named/db"}}});
    CHECK(result.exit_code == 0);
    CHECK(result.out == "postgresql://named/db\n");
}
