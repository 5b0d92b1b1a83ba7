// The example of migrations in containers, without containers: what its compose file starts, in the same order and with
// the same entry points.
#include "project.hpp"
#include "support/paths.hpp"
#include "support/temporary_directory.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <optional>
#include <thread>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::build_directory;
using strata::test::occurrences;
using strata::test::ProcessResult;
using strata::test::run_process;
using strata::test::source_directory;
using strata::test::TemporaryDirectory;

namespace {

namespace fs = std::filesystem;

constexpr const char* revisions[] = {"5a3f0c9d2e71", "c81d64b7a02e"};

fs::path example() { return source_directory() / "examples/03_compose"; }

/// A folder with what the images hold.
class Images {
public:
    Images() {
        for (const auto* const program : {"guestbook", "guestbook_migrate"})
            fs::copy_file(build_directory() / "examples/03_compose" / program, folder_.path() / program);
        fs::copy_file(example() / "migrate.sh", folder_.path() / "migrate.sh");
    }
    /// Runs what an image has as its command, with nothing of ours in its environment but what the compose file says.
    [[nodiscard]] ProcessResult run(const std::vector<std::string>& command, const std::string& url,
                                    const std::string& wait = "30") const {
        std::vector<std::string> all{"env", "-u", "DB_TYPE", "-u", "STRATA_PROFILE"};
        all.insert(all.end(), command.begin(), command.end());
        return run_process(all, {.directory = folder_.path(),
                                 .environment = {{"PATH", folder_.path().string() + ":" + std::getenv("PATH")},
                                                 {"DATABASE_URL", url},
                                                 {"MIGRATE_WAIT", wait}}});
    }
    [[nodiscard]] std::future<ProcessResult> start(const std::string& url) const {
        return std::async(std::launch::async, [this, url] { return run({"migrate.sh"}, url); });
    }

private:
    TemporaryDirectory folder_;
};

/// A PostgreSQL server of the test's own, with the superuser guestbook, on a socket in its folder; made and not
/// started.
class Server {
public:
    Server() {
        fs::permissions(folder_.path(), fs::perms(0755));
        fs::create_directory(folder_.path() / "run");
        if (::geteuid() == 0) {
            as_server_ = {"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"};
            REQUIRE(run_process({"chown", "postgres", (folder_.path() / "run").string()}).exit_code == 0);
        }
        const auto made = run_process(with_user({"initdb", "--pgdata=" + data(), "--username=guestbook", "--auth=trust",
                                                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"}),
                                      {.directory = folder_.path() / "run"});
        INFO(made.err);
        REQUIRE(made.exit_code == 0);
    }
    ~Server() {
        if (running_.valid()) {
            std::ifstream file(data() + "/postmaster.pid");
            ::pid_t id = 0;
            if (file >> id && id > 1) ::kill(id, SIGINT);
            running_.wait();
        }
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start() {
        auto command =
            with_user({"setpriv", "--pdeathsig", "INT", "postgres", "-D", data(), "-c", "listen_addresses=", "-c",
                       "unix_socket_directories=" + socket(), "-c", "fsync=off", "-c", "shared_buffers=16MB"});
        running_ = std::async(std::launch::async,
                              [this, command] { return run_process(command, {.directory = folder_.path() / "run"}); });
    }
    /// What psql prints, once the server answers.
    [[nodiscard]] std::string psql(const std::string& database, const std::string& sql) const {
        ProcessResult result;
        for (int i = 0; i < 200; ++i) {
            result = run_process({"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
                                  "postgresql://guestbook@/" + database + "?host=" + socket(), "-c", sql});
            if (result.exit_code != 2) break;  // 2: no connection
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        INFO(sql << "\n" << result.err);
        REQUIRE(result.exit_code == 0);
        return result.out;
    }
    [[nodiscard]] std::string url(const std::string& role) const {
        return "postgresql://" + role + "@/guestbook?host=" + socket();
    }
    [[nodiscard]] std::string socket() const { return (folder_.path() / "run").string(); }

private:
    [[nodiscard]] std::string data() const { return (folder_.path() / "run/data").string(); }
    [[nodiscard]] std::vector<std::string> with_user(const std::vector<std::string>& command) const {
        auto all = as_server_;
        all.insert(all.end(), command.begin(), command.end());
        return all;
    }

    TemporaryDirectory folder_;
    std::vector<std::string> as_server_;
    std::future<ProcessResult> running_;
};

int runs_in(const std::vector<std::string>& outputs) {
    std::size_t count = 0;
    for (const auto& output : outputs)
        for (const auto* const id : revisions) count += occurrences(output, std::string(" -> ") + id + ", ");
    return static_cast<int>(count);
}

}  // namespace

TEST_CASE(
    "migrators that start before and while the database comes up run each revision once, and then the application "
    "starts as a role that makes no table",
    "[example][compose][scenario][F2][postgresql]") {
    const Images images;
    Server server;
    auto before = images.start(server.url("guestbook"));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    server.start();
    auto during = images.start(server.url("guestbook"));

    // As the database's container does; the database appears under its name when it is ready.
    static_cast<void>(server.psql("postgres", "CREATE DATABASE making"));
    const auto roles = run_process({(example() / "roles.sh").string()}, {.environment = {{"PGHOST", server.socket()},
                                                                                         {"POSTGRES_USER", "guestbook"},
                                                                                         {"POSTGRES_DB", "making"},
                                                                                         {"APP_PASSWORD", "it's"}}});
    INFO(roles.err);
    REQUIRE(roles.exit_code == 0);
    static_cast<void>(server.psql("postgres", "ALTER DATABASE making RENAME TO guestbook"));

    const auto first = before.get();
    const auto second = during.get();
    INFO(first.out << first.err << second.out << second.err);
    CHECK(first.exit_code == 0);
    CHECK(second.exit_code == 0);
    CHECK_THAT(first.err, StartsWith("Waiting for the database: "));
    CHECK(runs_in({first.out, second.out}) == 2);

    const auto after = images.run({"migrate.sh"}, server.url("guestbook"));
    CHECK(after.exit_code == 0);
    CHECK(after.out == "Nothing to upgrade; the database is at c81d64b7a02e.\n");
    CHECK(images.run({"migrate.sh", "status"}, server.url("guestbook")).exit_code == 0);

    const auto tables =
        "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND "
        "relnamespace = 'public'::regnamespace";
    const auto there = server.psql("guestbook", tables);
    CHECK(there == "guests strata_history strata_version\n");
    const auto app = images.run({"guestbook", "ada"}, server.url("guestbook_app"));
    CHECK(app.err.empty());
    CHECK(app.exit_code == 0);
    CHECK(app.out == "1 ada\n");
    CHECK(server.psql("guestbook", tables) == there);
    const auto refused = images.run({"guestbook_migrate", "downgrade"}, server.url("guestbook_app"));
    CHECK(refused.exit_code == 2);
    CHECK(server.psql("guestbook", "SELECT version_num FROM strata_version") == "c81d64b7a02e\n");
}

TEST_CASE("a migrator whose database never comes up ends with 3 and one line",
          "[example][compose][scenario][F2][postgresql]") {
    const Images images;
    const TemporaryDirectory nothing;
    const auto run =
        images.run({"migrate.sh"}, "postgresql://guestbook@/guestbook?host=" + nothing.path().string(), "1");
    CHECK(run.exit_code == 3);
    CHECK(run.out.empty());
    CHECK(occurrences(run.err, "\n") == 2);
    CHECK_THAT(run.err, StartsWith("Waiting for the database: ") && Contains("\nFAILED: cannot connect to "));
}

STRATA_DB_TEST("two migrators at once on a database that is up, and an application that refuses it before",
               "[example][compose]") {
    const Images images;
    const auto early = images.run({"guestbook", "ada"}, db.url());
    CHECK(early.exit_code == 2);
    CHECK_THAT(early.err, db.is_sqlite() ? Contains("make the database by its migrations")
                                         : Contains("there is no table guests; run db_migrate.sh upgrade"));
    auto one = images.start(db.url());
    auto other = images.start(db.url());
    const auto first = one.get();
    const auto second = other.get();
    INFO(first.out << first.err << second.out << second.err);
    CHECK(first.exit_code == 0);
    CHECK(second.exit_code == 0);
    CHECK(runs_in({first.out, second.out}) == 2);
    CHECK(images.run({"guestbook", "ada"}, db.url()).out == "1 ada\n");
    CHECK(images.run({"guestbook_migrate", "check"}, db.url()).exit_code == 0);
}
