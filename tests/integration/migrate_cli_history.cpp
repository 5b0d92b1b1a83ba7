// The commands that show the history and write it, by the same sequence on both databases, with approved output.

#include "cli_project.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/migrate/operations.hpp>
#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>

#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using namespace strata::test;
using namespace strata::migrate;
namespace fs = std::filesystem;

namespace {

/// Revisions with labels and dependencies, each of which makes a table, and their tool on a database.
class Tool {
public:
    explicit Tool(const TestDatabase& db) : db_(db), folder_(db.directory() / "migrations") {
        unsetenv("DATABASE_URL");
        unsetenv("DB_TYPE");
        fs::create_directories(folder_);
    }

    Tool& add(const std::string& id, Parents parents, const std::string& message) {
        const auto table = "t_" + message;
        const auto file = "20260101_0000" + std::to_string(10 + list_.size()) + "_" + id + "_" + message + ".cpp";
        list_.emplace_back(
            id, file, std::move(parents), message,
            [table](Operations& op) { op.create_table(table, {column("id", BigInteger{}), primary_key("", {"id"})}); },
            [table](Operations& op) { op.drop_table(table); });
        revisions_.push_back(&list_.back());
        return *this;
    }

    ToolRun operator()(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--url", db_.url()});
        return run_tool(arguments, {[] { return strata::schema::MetaData{}; }, revisions_, folder_.string()});
    }
    std::string ok(const std::vector<std::string>& arguments) const {
        const auto outcome = (*this)(arguments);
        INFO(outcome.out << outcome.err);
        REQUIRE(outcome.code == 0);
        CHECK(outcome.err.empty());
        return outcome.out;
    }
    std::string failure(const std::vector<std::string>& arguments) const {
        const auto outcome = (*this)(arguments);
        INFO(outcome.out << outcome.err);
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        return outcome.err;
    }
    /// What a terminal would show of these commands, each on a line of its own; the same on every database.
    std::string transcript(const std::string& commands) const {
        std::istringstream lines(commands);
        std::string text;
        for (std::string line; std::getline(lines, line);) {
            std::istringstream stream(line);
            std::vector<std::string> arguments;
            for (std::string word; stream >> word;) arguments.push_back(word);
            const auto outcome = (*this)(arguments);
            text += "$ " + line + "\n" + without_time(outcome.out + outcome.err);
            if (outcome.code != 0) text += "[" + std::to_string(outcome.code) + "]\n";
        }
        replace(text, folder_.string(), "FOLDER");
        replace(text, strata::core::Url::parse(db_.url()).to_string(), "URL");
        return text;
    }
    boost::json::object json(const std::vector<std::string>& arguments) const {
        return boost::json::parse(ok(arguments)).as_object();
    }
    [[nodiscard]] std::string written(const std::string& slug) const {
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (!entry.path().filename().string().ends_with("_" + slug + ".cpp")) continue;
            std::ostringstream text;
            text << std::ifstream(entry.path()).rdbuf();
            return text.str();
        }
        return "no revision " + slug;
    }

private:
    static void replace(std::string& text, const std::string& from, const std::string& to) {
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            text.replace(at, from.size(), to);
    }
    static std::string without_time(const std::string& text) {
        std::istringstream lines(text);
        std::string kept;
        for (std::string line; std::getline(lines, line);)
            if (!line.starts_with("  done in ")) kept += line + "\n";
        return kept;
    }

    const TestDatabase& db_;
    fs::path folder_;
    std::deque<Revision> list_;
    Revisions revisions_;
};

/// accounts, from which billing and shipping branch off; shipping needs the first revision of billing.
Tool two_branches(const TestDatabase& db) {
    Tool tool(db);
    tool.add("a00000000000", revises(), "accounts")
        .add("b10000000000", revises("a00000000000").label("billing"), "invoices")
        .add("c10000000000", revises("a00000000000").label("shipping").depends_on("b10000000000"), "parcels")
        .add("b20000000000", revises("b10000000000"), "payments");
    return tool;
}

}  // namespace

STRATA_DB_TEST("two branches with a dependency, from the first look to the way back", "[migrate][cli][history]") {
    const auto tool = two_branches(db);
    CHECK(tool.transcript(R"(current
current --check-heads
heads
heads --resolve-dependencies
branches
branches -v
history
upgrade
upgrade shipping@head
current
history -i
upgrade billing@+1
current --check-heads
history -r billing@base:
history -r -1:b2
history -r b1:
downgrade -1
downgrade billing@-1
downgrade billing@a0
current
upgrade heads
downgrade base
current)") == R"($ current
$ current --check-heads
Database is not on all head revisions: it is at base, and the heads are c10000000000, b20000000000; 'upgrade heads' brings it there
[1]
$ heads
c10000000000 (shipping) (head)
b20000000000 (billing) (head)
$ heads --resolve-dependencies
c10000000000 (shipping) (head)
b20000000000 (billing) (head)
$ branches
a00000000000 (branchpoint)
             -> b10000000000 (billing)
             -> c10000000000 (shipping) (head)
$ branches -v
Rev: a00000000000 (branchpoint)
Parent: <base>
Branches into: b10000000000, c10000000000
Path: FOLDER/20260101_000010_a00000000000_accounts.cpp
Create Date: 2026-01-01 00:00:10

    accounts

             -> b10000000000 (billing), invoices
             -> c10000000000 (shipping) (head), parcels
$ history
b10000000000 -> b20000000000 (billing) (head), payments
a00000000000 (b10000000000) -> c10000000000 (shipping) (head), parcels
a00000000000 -> b10000000000 (billing), invoices
<base> -> a00000000000 (branchpoint), accounts
$ upgrade
FAILED: Multiple head revisions are present: c10000000000 (shipping), b20000000000 (billing); name one of them, as in 'shipping@head', take all with 'heads', or join them with 'merge'
[2]
$ upgrade shipping@head
Running upgrade  -> a00000000000, accounts
Running upgrade a00000000000 -> b10000000000, invoices
Running upgrade a00000000000 -> c10000000000, parcels
$ current
c10000000000 (head)
$ history -i
b10000000000 -> b20000000000 (billing) (head), payments
a00000000000 (b10000000000) -> c10000000000 (shipping) (head) (current), parcels
a00000000000 -> b10000000000 (billing), invoices
<base> -> a00000000000 (branchpoint), accounts
$ upgrade billing@+1
Running upgrade b10000000000 -> b20000000000, payments
$ current --check-heads
b20000000000 (head)
c10000000000 (head)
$ history -r billing@base:
b10000000000 -> b20000000000 (billing) (head), payments
a00000000000 -> b10000000000 (billing), invoices
<base> -> a00000000000 (branchpoint), accounts
$ history -r -1:b2
b10000000000 -> b20000000000 (billing) (head), payments
a00000000000 -> b10000000000 (billing), invoices
$ history -r b1:
b10000000000 -> b20000000000 (billing) (head), payments
a00000000000 (b10000000000) -> c10000000000 (shipping) (head), parcels
a00000000000 -> b10000000000 (billing), invoices
$ downgrade -1
FAILED: '-1' is ambiguous: the database is at b20000000000 (billing), c10000000000 (shipping); name a revision, or a branch as in 'billing@-1'
[2]
$ downgrade billing@-1
Running downgrade b20000000000 -> b10000000000, payments
$ downgrade billing@a0
Running downgrade c10000000000 -> a00000000000, parcels
Running downgrade b10000000000 -> a00000000000, invoices
$ current
a00000000000 (branchpoint)
$ upgrade heads
Running upgrade a00000000000 -> b10000000000, invoices
Running upgrade a00000000000 -> c10000000000, parcels
Running upgrade b10000000000 -> b20000000000, payments
$ downgrade base
Running downgrade b20000000000 -> b10000000000, payments
Running downgrade c10000000000 -> a00000000000, parcels
Running downgrade b10000000000 -> a00000000000, invoices
Running downgrade a00000000000 -> , accounts
$ current
)");
    CHECK(db.shell("SELECT count(*) FROM strata_version") == "0");
}

STRATA_DB_TEST("a revision is shown with its labels, its dependencies and its branches", "[migrate][cli][history]") {
    const auto tool = two_branches(db);
    tool.ok({"upgrade", "shipping@head"});
    CHECK(tool.transcript(R"(show c1 billing
show current
show base
history --graph
history --graph -i -r a0:shipping@head)") ==
          R"($ show c1 billing
Rev: c10000000000 (head)
Parent: a00000000000
Also depends on: b10000000000
Branch names: shipping
Path: FOLDER/20260101_000012_c10000000000_parcels.cpp
Create Date: 2026-01-01 00:00:12

    parcels

Rev: b10000000000
Parent: a00000000000
Branch names: billing
Path: FOLDER/20260101_000011_b10000000000_invoices.cpp
Create Date: 2026-01-01 00:00:11

    invoices

$ show current
Rev: c10000000000 (head)
Parent: a00000000000
Also depends on: b10000000000
Branch names: shipping
Path: FOLDER/20260101_000012_c10000000000_parcels.cpp
Create Date: 2026-01-01 00:00:12

    parcels

$ show base
FAILED: 'base' is not a revision, but the state before the first one; 'history' lists what there is
[2]
$ history --graph
*  b20000000000 (billing) (head), payments
| *  c10000000000 (shipping) (head) (needs b10000000000), parcels
* |  b10000000000 (billing), invoices
|/
*  a00000000000 (branchpoint), accounts
$ history --graph -i -r a0:shipping@head
*  c10000000000 (shipping) (head) (current) (needs b10000000000), parcels
| *  b10000000000 (billing), invoices
|/
*  a00000000000 (branchpoint), accounts
)");
    Tool needed(db);
    needed.add("a10000000000", revises().label("one"), "first")
        .add("a20000000000", revises().label("two").depends_on("a10000000000"), "second");
    CHECK(needed.ok({"heads"}) == "a10000000000 (one) (effective head)\na20000000000 (two) (head)\n");
    CHECK(needed.ok({"heads", "--resolve-dependencies"}) == "a20000000000 (two) (head)\n");
}

STRATA_DB_TEST("the commands that show give the same as JSON", "[migrate][cli][history]") {
    const auto tool = two_branches(db);
    tool.ok({"upgrade", "c1"});
    const auto history = tool.json({"history", "-i", "--json"});
    CHECK(history.at("format") == 1);
    const auto& newest = history.at("revisions").as_array().at(0).as_object();
    CHECK(newest.at("id") == "b20000000000");
    CHECK(newest.at("current") == false);
    const auto& second = history.at("revisions").as_array().at(1).as_object();
    CHECK(boost::json::serialize(second) ==
          R"({"id":"c10000000000","revises":["a00000000000"],"depends_on":["b10000000000"],"children":[],)"
          R"("labels":["shipping"],"message":"parcels","path":")" +
              (db.directory() / "migrations/20260101_000012_c10000000000_parcels.cpp").string() +
              R"(","created":"2026-01-01 00:00:12","head":true,"effective_head":true,"branchpoint":false,)"
              R"("mergepoint":false,"current":true})");
    CHECK_FALSE(tool.json({"history", "--json"}).at("revisions").as_array().at(0).as_object().contains("current"));
    CHECK(tool.json({"heads", "--json"}).at("revisions").as_array().size() == 2);
    CHECK(tool.json({"branches", "--json"}).at("revisions").at(0).at("branches").as_array().size() == 2);
    CHECK(tool.json({"show", "b1", "--json"}).at("revisions").at(0).at("message") == "invoices");
    const auto current = tool.json({"current", "--json"});
    CHECK(current.at("at_heads") == false);
    CHECK(current.at("revisions").at(0).at("id") == "c10000000000");
    CHECK(current.at("database").as_string() == strata::core::Url::parse(db.url()).to_string());
}

STRATA_DB_TEST("revisions are written where the flags say, and a wrong place says which flag",
               "[migrate][cli][history]") {
    const auto tool = two_branches(db);
    CHECK(tool.failure({"revision", "-m", "x"}) ==
          "FAILED: Multiple heads are present: c10000000000 (shipping), b20000000000 (billing); say which one the new "
          "revision follows, as in '--head shipping@head', or join them with 'merge'\n");
    CHECK_THAT(tool.failure({"migrate", "x"}), Contains("'--head shipping@head'"));
    CHECK(tool.failure({"revision", "-m", "x", "--head", "a0"}) ==
          "FAILED: Revision a00000000000 is not a head revision; please specify --splice to create a new branch from "
          "this revision\n");
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "heads"}), Contains("names several revisions"));
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "billling@head"}), Contains("did you mean 'billing'?"));
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "billing", "--rev-id", "7"}),
               Contains("12 characters of 0-9 and a-f"));
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "billing", "--rev-id", "a00000000000"}),
               Contains("is that of a00000000000 (20260101_000010_a00000000000_accounts.cpp) already"));
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "billing", "--branch-label", "shipping"}),
               Contains("Branch name 'shipping' is already used by revision c10000000000 (2026"));
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "billing", "--branch-label", "my-label"}),
               Contains("use letters, digits and underscores"));
    CHECK_THAT(tool.failure({"revision", "-m", "x", "--head", "billing", "--depends-on", "nobody"}),
               Contains("Can't locate revision identified by 'nobody'"));
    CHECK(tool.written("x") == "no revision x");

    tool.ok({"revision", "-m", "by label", "--head", "billing", "--rev-id", "0000000000b3"});
    CHECK_THAT(tool.written("by_label"),
               Contains("STRATA_REVISION(0000000000b3, revises(\"b20000000000\"), \"by label\","));
    tool.ok({"revision", "-m", "spliced", "--head", "a0", "--splice", "--branch-label", "tax", "--depends-on", "b2",
             "--depends-on", "shipping@head"});
    CHECK_THAT(tool.written("spliced"),
               Contains("revises(\"a00000000000\").label(\"tax\").depends_on(\"b20000000000\", \"c10000000000\"), "));
    tool.ok({"revision", "-m", "apart", "--head", "base", "--branch-label", "audit"});
    CHECK_THAT(tool.written("apart"), Contains("revises().label(\"audit\"), \"apart\","));
    tool.ok({"upgrade", "heads"});
    CHECK_THAT(tool.ok({"migrate", "drop them", "--head", "shipping@head"}),
               Contains("Detected drop table t_accounts"));
    CHECK_THAT(tool.written("drop_them"), Contains("revises(\"c10000000000\"), \"drop them\","));
}

STRATA_DB_TEST("a merge joins the heads that are named, and nothing else", "[migrate][cli][history]") {
    auto tool = two_branches(db);
    CHECK_THAT(tool.failure({"merge", "billing"}), Contains("name two heads or more"));
    CHECK_THAT(tool.failure({"merge", "a0", "shipping"}), Contains("Revision a00000000000 is not a head revision"));
    CHECK_THAT(tool.failure({"merge", "a0", "shipping", "--splice"}),
               Contains("Revision a00000000000 comes before c10000000000 already"));
    tool.ok(
        {"merge", "billing", "shipping@head", "-m", "both", "--branch-label", "joined", "--rev-id", "00000000dddd"});
    CHECK_THAT(tool.written("both"),
               Contains("STRATA_REVISION(00000000dddd, revises(\"b20000000000\", \"c10000000000\").label(\"joined\")"));
    tool.add("00000000dddd", revises("b20000000000", "c10000000000").label("joined"), "both");
    CHECK(tool.transcript("heads\nupgrade\ndowngrade -1\ndowngrade -1\nupgrade +1\nupgrade joined@+1\nmerge") ==
          R"($ heads
00000000dddd (billing, joined, shipping) (head)
$ upgrade
Running upgrade  -> a00000000000, accounts
Running upgrade a00000000000 -> b10000000000, invoices
Running upgrade a00000000000 -> c10000000000, parcels
Running upgrade b10000000000 -> b20000000000, payments
Running upgrade b20000000000, c10000000000 -> 00000000dddd, both
$ downgrade -1
Running downgrade 00000000dddd -> b20000000000, c10000000000, both
$ downgrade -1
FAILED: '-1' is ambiguous: the database is at b20000000000 (billing), c10000000000 (shipping); name a revision, or a branch as in 'billing@-1'
[2]
$ upgrade +1
FAILED: Ambiguous upgrade from multiple current revisions: b20000000000 (billing), c10000000000 (shipping); say which branch, as in 'billing@+1', name a revision, or take all with 'heads'
[2]
$ upgrade joined@+1
FAILED: Ambiguous upgrade from multiple current revisions: b20000000000 (billing), c10000000000 (shipping); say which branch, as in 'billing@+1', name a revision, or take all with 'heads'
[2]
$ merge
FAILED: there is nothing to merge: 'heads' lists one revision or none
[2]
)");
}

STRATA_DB_TEST("stamp takes several revisions, keeps other branches and writes a script", "[migrate][cli][history]") {
    const auto tool = two_branches(db);
    CHECK(tool.transcript(R"(stamp b1
stamp c1
stamp b2
stamp b1 a0
stamp b1:b2
stamp shipping@base
stamp heads
current
stamp base)") == R"($ stamp b1
Running stamp_revision  -> b10000000000
$ stamp c1
Running stamp_revision b10000000000 -> c10000000000
$ stamp b2
Running stamp_revision c10000000000 -> b20000000000, c10000000000
$ stamp b1 a0
FAILED: Requested revision b10000000000 overlaps with other requested revisions a00000000000, which comes before it; name only the last of a branch
[2]
$ stamp b1:b2
FAILED: a range such as b1:b2 is for --sql only; name one revision
[2]
$ stamp shipping@base
Running stamp_revision b20000000000, c10000000000 -> b20000000000
$ stamp heads
Running stamp_revision b20000000000 -> b20000000000, c10000000000
$ current
b20000000000 (head)
c10000000000 (head)
$ stamp base
Running stamp_revision b20000000000, c10000000000 -> 
)");
    const auto script = tool.ok({"stamp", "b2", "c1", "--sql"});
    CHECK(tool.ok({"current"}).empty());
    CHECK_THAT(script, Contains("-- Running stamp_revision  -> b20000000000, c10000000000\n"));
    db.shell(script);
    CHECK(tool.ok({"current"}) == "b20000000000 (head)\nc10000000000 (head)\n");
    CHECK_THROWS(db.shell(script));  // the database is not at its start any more
    db.shell(tool.ok({"stamp", "heads:a0", "--sql"}));
    CHECK(tool.ok({"current"}) == "a00000000000 (branchpoint)\n");
    CHECK_THAT(tool.failure({"stamp", "a0:b1", "a0:c1", "--sql"}), Contains("takes one start"));
    CHECK_THAT(tool.failure({"stamp", "head", "--sql", "--purge"}), Contains("--purge"));
}

STRATA_DB_TEST("ensure-version makes the version table and nothing else", "[migrate][cli][history]") {
    const auto tool = two_branches(db);
    const auto script = tool.ok({"ensure-version", "--sql"});
    CHECK_THAT(script, Contains("CREATE TABLE IF NOT EXISTS \"strata_version\""));
    CHECK(tool.ok({"ensure-version"}) == "created strata_version\n");
    CHECK(db.shell("SELECT count(*) FROM strata_version") == "0");
    CHECK(tool.ok({"ensure-version"}) == "there is already strata_version\n");
    db.shell("DROP TABLE strata_version");
    db.shell(script);
    CHECK(db.shell("SELECT count(*) FROM strata_version") == "0");
    CHECK_THAT(tool.ok({"upgrade", "a0"}), StartsWith("Running upgrade  -> a00000000000, accounts\n"));
}

STRATA_DB_TEST("without revisions each command says so in a line of its own", "[migrate][cli][history]") {
    const Tool tool(db);
    CHECK(tool.ok({"upgrade"}) == "There is no revision yet; write one with 'migrate'.\n");
    CHECK(tool.ok({"heads"}).empty());
    CHECK(tool.ok({"history"}).empty());
    CHECK(tool.ok({"history", "--graph"}).empty());
    CHECK(tool.ok({"current", "--check-heads"}).empty());
    CHECK_THAT(tool.failure({"show", "head"}), Contains("there is no revision yet; write one with 'migrate'"));
    CHECK_THAT(tool.failure({"merge"}), Contains("nothing to merge"));
}

TEST_CASE("a wrong command or argument is told with what was meant", "[migrate][cli][history]") {
    const TestDatabase db(TestDialect::sqlite);
    const Tool tool(db);
    CHECK(tool.failure({"upgrad"}) == "FAILED: there is no command 'upgrad'; did you mean 'upgrade'? See --help\n");
    CHECK(tool.failure({"edit", "--help"}) == "FAILED: there is no command 'edit'; see --help\n");
    CHECK(tool.failure({"heads", "one", "two", "three"}) ==
          "FAILED: The following arguments were not expected: one two three; see --help\n");
    CHECK(tool.failure({"heads", "--nonsense"}) ==
          "FAILED: The following argument was not expected: --nonsense; see --help\n");
    CHECK_THAT(tool.ok({"--version"}), StartsWith("strata "));
}

TEST_CASE("every command's help ends with an example of that command", "[migrate][cli][history]") {
    const TestDatabase db(TestDialect::sqlite);
    const Tool tool(db);
    const auto all = tool.ok({"--help"});
    int commands = 0;
    std::istringstream lines(all.substr(all.find("Subcommands:") + 13));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        if (!line.starts_with("  ") || line.starts_with("   ") || !(words >> name)) continue;
        ++commands;
        INFO(name);
        CHECK_THAT(tool.ok({name, "--help"}), Contains("Example: tool " + name));
    }
    CHECK(commands >= 20);
}
