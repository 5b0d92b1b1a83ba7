// How long the tool waits for a database, and for which it does not.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/url.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using strata::test::History;
using strata::test::TestDatabase;
using strata::test::TestDialect;

namespace {

strata::schema::MetaData models() { return {}; }

History songs() {
    History history;
    history.add(
        "a1", {}, [](Operations& op) { op.create_table("songs", {column("id", BigInteger{})}); }, [](Operations&) {},
        "songs");
    return history;
}

struct Waited {
    strata::test::ToolRun run;
    std::chrono::duration<double> took;
};

Waited tool(std::vector<std::string> arguments) {
    const auto history = songs();
    arguments.insert(arguments.begin(), "tool");
    const auto begun = std::chrono::steady_clock::now();
    auto run = strata::test::run_tool(arguments, {&models, history.revisions(), "migrations"});
    return {std::move(run), std::chrono::steady_clock::now() - begun};
}

constexpr auto quick = std::chrono::seconds(15);

/// The URL with another folder for the server's socket, which is linked there later.
class Elsewhere {
public:
    explicit Elsewhere(const TestDatabase& db) : folder_(db.directory() / "run"), url_(db.url()) {
        auto url = strata::core::Url::parse(url_);
        const auto host = url.options.contains("host") ? url.options["host"] : url.hosts.front().name;
        const auto port = url.options.contains("port")                       ? url.options["port"]
                          : url.hosts.empty() || url.hosts.front().port == 0 ? "5432"
                                                                             : std::to_string(url.hosts.front().port);
        socket_ = std::filesystem::path(host) / (".s.PGSQL." + port);
        REQUIRE(std::filesystem::exists(socket_));
        std::filesystem::create_directories(folder_);
        url_.replace(url_.find(host), host.size(), folder_.string());
    }
    [[nodiscard]] const std::string& url() const { return url_; }
    void come_up() const { std::filesystem::create_symlink(socket_, folder_ / socket_.filename()); }

private:
    std::filesystem::path folder_;
    std::filesystem::path socket_;
    std::string url_;
};

}  // namespace

TEST_CASE("a password that the server refuses ends --wait at once", "[migrate][wait][postgresql]") {
    const char* variable = std::getenv("STRATA_TEST_POSTGRES_PASSWORD");
    if (variable == nullptr) {
        WARN("not run: STRATA_TEST_POSTGRES_PASSWORD names no role that must give a password");
        return;
    }
    std::string url = variable;
    const auto password = url.find(':', url.find("://") + 3) + 1;
    url.replace(password, url.find('@') - password, "hunter2");
    const auto [run, took] = tool({"upgrade", "--url", url, "--wait", "60"});
    CHECK(run.code == 3);
    CHECK_THAT(run.err, StartsWith("FAILED: cannot connect to ") && Contains(":***@"));
    CHECK(took < quick);
}

TEST_CASE("a database that the server does not have yet is waited for", "[migrate][wait][postgresql]") {
    STRATA_NOT_POOLED("the pooler answers for the server")
    const TestDatabase db(TestDialect::postgresql);
    auto url = strata::core::Url::parse(db.url());
    std::string text = db.url();
    text.replace(text.find("/" + url.database) + 1, url.database.size(), url.database + "_later");
    const auto [run, took] = tool({"upgrade", "--url", text, "--wait", "1"});
    CHECK(run.code == 3);
    CHECK_THAT(run.err, StartsWith("Waiting for the database: ") && Contains("\nFAILED: cannot connect to "));
    CHECK(took >= std::chrono::seconds(1));
}

TEST_CASE("the option --wait is for each database of --urls, and all of them wait no longer than one",
          "[migrate][wait][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    const TestDatabase file(TestDialect::sqlite);
    const Elsewhere later(db);
    const auto never = "postgresql://nobody@/nothing?host=" + file.directory().string();
    const auto list = (db.directory() / "urls.txt").string();
    std::ofstream(list) << later.url() << "\n" << file.url() << "\n" << never << "\n" << never << "&sslmode=allow\n";
    std::jthread starts([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(400));
        later.come_up();
    });
    const auto [run, took] = tool({"upgrade", "--urls", list, "--wait", "1", "--jobs", "3"});
    INFO(run.out << run.err);
    CHECK(run.code == 2);
    CHECK_THAT(run.out, Contains("2 of 4 done"));
    CHECK(db.shell("SELECT version_num FROM strata_version") == "a1");
    CHECK(file.shell("SELECT version_num FROM strata_version") == "a1");
    CHECK(took < std::chrono::seconds(4));
}

TEST_CASE("a script needs no database, with --wait as without", "[migrate][wait][postgresql]") {
    const TestDatabase nothing(TestDialect::sqlite);
    const auto url = "postgresql://nobody@/nothing?host=" + nothing.directory().string();
    for (const auto& command : std::vector<std::vector<std::string>>{{"upgrade", "--sql"},
                                                                     {"downgrade", "a1:base", "--sql"},
                                                                     {"stamp", "a1", "--sql"},
                                                                     {"ensure-version", "--sql"}}) {
        auto arguments = command;
        arguments.insert(arguments.end(), {"--url", url, "--wait", "60"});
        const auto [run, took] = tool(arguments);
        INFO(command.front() << run.err);
        CHECK(run.code == 0);
        CHECK(run.err.empty());
        CHECK_THAT(run.out, Contains("strata_version"));
        CHECK(took < quick);
    }
}
