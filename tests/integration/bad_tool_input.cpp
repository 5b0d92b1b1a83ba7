#include "migrate_revisions.hpp"
#include "support/database.hpp"
#include "support/temporary_directory.hpp"
#include "tool_run.hpp"

#include <strata/core/log.hpp>

#include <unistd.h>

#include <fstream>

using Catch::Matchers::Contains;
using strata::test::History;
using strata::test::run_tool;
using strata::test::TemporaryDirectory;
using strata::test::TestDatabase;
using strata::test::TestDialect;
using strata::test::ToolRun;
namespace fs = std::filesystem;
namespace migrate = strata::migrate;

namespace {

void nothing(migrate::Operations&) {}

/// Works in another folder for a scope, and without the environment's database.
class Inside {
public:
    explicit Inside(const fs::path& folder) : before_(fs::current_path()) {
        fs::current_path(folder);
        ::unsetenv("DATABASE_URL");
        ::unsetenv("DB_TYPE");
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { fs::current_path(before_); }

private:
    fs::path before_;
};

migrate::ToolConfig config_of(const migrate::Revisions& revisions) {
    return {[] { return strata::schema::MetaData(); }, revisions, "migrations"};
}

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

}  // namespace

TEST_CASE("an empty argument, as an unset shell variable gives it, is refused and changes nothing", "[bad][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    History history;
    history.add("a1", {}, nothing, nothing);
    const auto config = config_of(history.revisions());
    for (const std::string command : {"upgrade", "downgrade", "stamp", "baseline", "show"}) {
        const auto run = run_tool({"tool", command, "", "--url", db.url()}, config);
        INFO(command << ": " << run.err);
        CHECK(run.code == 2);
        CHECK_THAT(run.err, Contains("the revision is empty"));
        CHECK(run.out.empty());
    }
    CHECK(run_tool({"tool", "merge", "", "--url", db.url()}, config).code == 2);
    CHECK(run_tool({"tool", "heads", "--config", ""}, config).code == 2);
    CHECK(run_tool({"tool", "heads", "--directory", ""}, config).code == 2);
    CHECK_FALSE(fs::exists(db.directory() / "test.db"));
}

TEST_CASE("a password in the wrong place of the command line is not shown", "[bad][cli]") {
    const TemporaryDirectory folder;
    const Inside inside(folder.path());
    History history;
    history.add("a1", {}, nothing, nothing);
    const auto config = config_of(history.revisions());
    const std::string url = "postgresql://ada:hunter2@host/db";
    const std::string piece = "ada:hunter2@host/db";
    for (const auto& secret : {url, piece, std::string("password=hunter2")}) {
        for (const std::vector<std::string>& arguments :
             std::vector<std::vector<std::string>>{{"upgrade", secret},
                                                   {"downgrade", secret},
                                                   {"stamp", secret},
                                                   {"show", secret},
                                                   {"merge", secret},
                                                   {secret},
                                                   {"heads", secret},
                                                   {"upgrade", "--config", secret},
                                                   {"upgrade", "--directory", secret},
                                                   {"init", "--directory", secret},
                                                   {"upgrade", "head", "--" + secret}}) {
            std::vector<std::string> all{"tool"};
            all.insert(all.end(), arguments.begin(), arguments.end());
            const auto run = run_tool(all, config);
            INFO(arguments.front() << " " << arguments.back());
            CHECK(run.code == 2);
            CHECK_THAT(run.err + run.out, !Contains("hunter2"));
        }
    }
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a strata.toml that no project writes is refused with a line", "[bad][cli]") {
    const TemporaryDirectory folder;
    const Inside inside(folder.path());
    const History history;
    const auto config = config_of(history.revisions());
    std::string key = "a";
    for (int i = 0; i < 50'000; ++i) key += ".a";
    for (const auto& text :
         {key + " = 1\n", "[" + key + "]\n", "x = {" + key + " = 1}\n", std::string(2'000'000, '#')}) {
        write("strata.toml", text);
        const auto run = run_tool({"tool", "heads"}, config);
        INFO(text.substr(0, 20));
        CHECK(run.code == 2);
        CHECK_THAT(run.err, Contains("strata.toml"));
    }
}

TEST_CASE("a strata.toml of another user in a folder above is not used", "[bad][cli]") {
    if (::geteuid() != 0) {
        WARN("not run: only root can give a file to another user");
        return;
    }
    const TemporaryDirectory folder;
    fs::create_directories(folder.path() / "project/src");
    const auto file = folder.path() / "strata.toml";
    write(file, "[database]\nurl = \"sqlite:///stolen.db\"\n");
    REQUIRE(::chown(file.c_str(), 12345, 12345) == 0);
    const History history;
    const auto config = config_of(history.revisions());
    {
        const Inside inside(folder.path() / "project/src");
        const auto run = run_tool({"tool", "current"}, config);
        CHECK(run.code == 2);
        CHECK_THAT(run.err, Contains("belongs to another user") && Contains("--config"));
        CHECK(run_tool({"tool", "current", "--config", file.string()}, config).code == 0);
    }
    const Inside inside(folder.path());  // where it is one's own choice to be
    CHECK(run_tool({"tool", "current"}, config).code == 0);
}

STRATA_DB_TEST("control characters in a version row do not reach the terminal", "[bad][cli]") {
    History history;
    history.add("a1", {}, nothing, nothing);
    const auto config = config_of(history.revisions());
    REQUIRE(run_tool({"tool", "stamp", "a1", "--url", db.url()}, config).code == 0);
    db.shell("UPDATE strata_version SET version_num = 'x' || " +
             std::string(db.is_sqlite() ? "char(27) || '[31m' || char(155)" : "chr(27) || '[31m' || chr(155)"));
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"current"},
                                               {"upgrade"},
                                               {"downgrade"},
                                               {"check"},
                                               {"baseline"},
                                               {"history", "-i"},
                                               {"stamp", "a1"},
                                               {"stamp", "a1", "--purge"}}) {
        std::vector<std::string> all{"tool"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        all.insert(all.end(), {"--url", db.url()});
        const auto run = run_tool(all, config);
        INFO(arguments.front() << ": " << run.err << run.out);
        CHECK(run.code == (arguments.back() == "--purge" ? 0 : 2));
        CHECK_THAT(run.err + run.out, Contains("\\x1b[31m\\x9b"));
        CHECK((run.err + run.out).find('\x1b') == std::string::npos);
    }
}

TEST_CASE("the tool leaves the working directory and the log as they were", "[bad][cli]") {
    namespace log = strata::core::log;
    const TemporaryDirectory folder;
    fs::create_directories(folder.path() / "below");
    write(folder.path() / "strata.toml", "[database]\nurl = \"sqlite:///data.db\"\n");
    const Inside inside(folder.path() / "below");
    const auto here = fs::current_path();
    const auto before = log::level();
    log::set_level(log::Level::info);
    History history;
    history.add("a1", {}, nothing, nothing);
    const auto config = config_of(history.revisions());
    CHECK(run_tool({"tool", "upgrade"}, config).code == 0);
    CHECK(fs::exists(folder.path() / "data.db"));
    CHECK(run_tool({"tool", "upgrade", "nowhere"}, config).code == 2);
    CHECK(run_tool({"tool", "create-all"}, config).code == 2);
    CHECK(fs::current_path() == here);
    CHECK(log::level() == log::Level::info);
    log::set_level(before);
}
