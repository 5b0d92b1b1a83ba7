#include "support/catch.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <string>

using strata::test::ProcessResult;
using strata::test::run_process;
using strata::test::TemporaryDirectory;

namespace {

const std::string tool = (strata::test::source_directory() / "tools/with_postgres.sh").string();

/// Runs bash beside a server of its own, whose files are in the folder.
ProcessResult with_postgres(const TemporaryDirectory& folder, const std::string& script) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    return run_process({tool, "bash", "-c", script},
                       {.environment = {{"STRATA_TEST_POSTGRES", ""}, {"TMPDIR", folder.path().string()}}});
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
