// Bad input, as the command line and the DAL meet it: one clear line (what, where, what to do), the right exit code,
// nothing half done, no value and no password. What a single layer refuses is tested beside that layer.

#include "migrate_revisions.hpp"
#include "support/dal_database.hpp"
#include "tool_run.hpp"

#include <strata/core/connection.hpp>
#include <strata/migrate/upgrade.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using migrate::Operations;
using test::History;
using test::TestDatabase;
using test::TestDialect;
namespace fs = std::filesystem;

namespace {

const auto nothing = [](Operations&) {};

/// What the migration tool says when it fails: the exit code and one line, which is returned without its end.
std::string failure(const std::string& url, const std::vector<std::string>& arguments,
                    const migrate::ToolConfig& config, int exit_code = 2) {
    std::vector<std::string> words{"tool", "--url", url};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const auto [code, out, err] = test::run_tool(words, config);
    std::string said = err;
    INFO(said);
    CHECK(code == exit_code);
    CHECK_THAT(said, StartsWith("FAILED: ") && EndsWith("\n") && !Contains("hunter2") && !Contains("topsecret"));
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
    if (!said.empty()) said.pop_back();
    return said;
}

schema::MetaData one_table() { return {schema::table(devices)}; }

History one_revision() {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("devices", {migrate::column("id", migrate::BigInteger{}).identity(),
                                        migrate::column("name", migrate::Text{}), migrate::primary_key("", {"id"})});
        },
        [](Operations& op) { op.drop_table("devices"); });
    return history;
}

migrate::ToolConfig config_of(const History& history, const fs::path& folder = {}) {
    return {&one_table, history.revisions(), folder.string()};
}

/// Root may write to every file, so that for a while we are somebody else.
class Unprivileged {
public:
    Unprivileged() : before_(::geteuid()) {
        if (before_ == 0) REQUIRE(::seteuid(65534) == 0);
    }
    ~Unprivileged() {
        if (before_ == 0) (void)!::seteuid(before_);
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;

private:
    uid_t before_;
};

/// A file or folder that nobody may write to, until the end.
class WriteProtected {
public:
    explicit WriteProtected(fs::path path) : path_(std::move(path)) {
        const bool folder = fs::is_directory(path_);
        fs::permissions(path_, fs::perms(folder ? 0555 : 0444));
    }
    ~WriteProtected() {
        std::error_code ignored;
        fs::permissions(path_, fs::perms(0755), ignored);
    }
    WriteProtected(const WriteProtected&) = delete;
    WriteProtected& operator=(const WriteProtected&) = delete;

private:
    fs::path path_;
};

template <class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        const std::string message = error.what();
        CHECK_THAT(message, !Contains("\n") && !Contains("topsecret"));
        return message;
    }
    return "it did not fail";
}

/// Of a call whose values are bound: they stand neither in the message nor in the statement.
template <class Call>
std::string code_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK_THAT(error.what(), !Contains("\n") && !Contains("topsecret"));
        CHECK_THAT(error.statement(), !Contains("topsecret"));
        return error.code();
    }
    return "it did not fail";
}

}  // namespace

TEST_CASE("a wrong URL and a missing database are each reported as what they are", "[bad][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = one_revision();
    const auto config = config_of(history, db.directory());
    const auto folder = db.directory().string();
    std::ofstream(folder + "/text.db") << "some text, long enough to be read as the header of a database, and none";
    for (const char* command : {"upgrade", "current", "create-all", "check"}) {
        INFO(command);
        CHECK_THAT(failure("hunter2", {command}, config),
                   Contains("wrong database URL: it has to begin with a scheme"));
        const auto said = [&](const std::string& url) { return failure(url, {command}, config, 3); };
        CHECK(failure("mysql://ada:hunter2@localhost/x", {command}, config) ==
              "FAILED: unknown database scheme mysql; known are: sqlite, postgresql");
        CHECK_THAT(said("postgresql://ada:hunter2@127.0.0.1:1/x"),
                   StartsWith("FAILED: cannot connect to postgresql://ada:***@127.0.0.1:1/x: ") &&
                       Contains("Connection refused"));
        CHECK(said("sqlite:///" + folder + "/none/x.db") ==
              "FAILED: cannot open " + folder + "/none/x.db: there is no directory " + folder + "/none");
        CHECK(said("sqlite:///" + folder) == "FAILED: cannot open " + folder + ": it is a directory");
        CHECK(said("sqlite:///" + folder + "/text.db") == "FAILED: file is not a database: " + folder + "/text.db");
    }
    CHECK_FALSE(fs::exists(folder + "/none"));
    CHECK(fs::file_size(folder + "/text.db") == 71);
}

TEST_CASE("a wrong password is reported without showing it", "[bad][cli][postgresql]") {
    const char* variable = std::getenv("STRATA_TEST_POSTGRES_PASSWORD");
    if (variable == nullptr) {
        WARN("not run: STRATA_TEST_POSTGRES_PASSWORD names no role that must give a password");
        return;
    }
    std::string url = variable;
    const auto password = url.find(':', url.find("://") + 3) + 1;
    url.replace(password, url.find('@') - password, "hunter2");
    const auto history = one_revision();
    CHECK_THAT(failure(url, {"upgrade"}, config_of(history), 3),
               StartsWith("FAILED: cannot connect to postgresql://") && Contains(":***@") &&
                   Contains("password authentication failed for user"));
    const auto connect = [&] { (void)dal::connect(url); };
    CHECK_THAT(message_of(connect), Contains("password authentication failed") && !Contains("hunter2"));
}

TEST_CASE("a read-only file is reported by its path and stays unchanged", "[bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto path = (db.directory() / "test.db").string();
    {
        connected(db).insert(User{.email = "ada"});
    }
    fs::permissions(db.directory(), fs::perms(0755));
    const bool journal_in_file = GENERATE(true, false);
    INFO("write-ahead log: " << std::boolalpha << journal_in_file);
    db.shell(journal_in_file ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
    const auto before = db.dump();
    const auto history = one_revision();
    const auto config = config_of(history);
    {
        const WriteProtected file(path);
        const WriteProtected folder(db.directory());
        const Unprivileged nobody;
        const auto insert = [&] { dal::connect(db.url()).insert(User{.email = "topsecret"}); };
        const std::string line =
            "the database is read-only: " + path +
            (journal_in_file ? "; SQLite makes its journal or WAL file beside it, where this process may not write"
                             : "");
        CHECK(message_of(insert) == line);
        CHECK(failure(db.url(), {"create-all"}, config) == "FAILED: " + line);
        CHECK_THAT(failure(db.url(), {"upgrade"}, config), Contains(line));
        const auto other = (db.directory() / "other.db").string();
        CHECK_THAT(failure("sqlite:///" + other, {"upgrade"}, config, 3),
                   StartsWith("FAILED: cannot open " + other + ": unable to open database file"));
        CHECK_FALSE(fs::exists(other));
    }
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT email FROM users") == "ada");
}

TEST_CASE("a database that another connection locks is reported after the wait", "[bad][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    connected(db);
    const auto before = db.dump();
    const auto line = "the database is locked by another connection: " + (db.directory() / "test.db").string();
    core::Connection holder(core::Url::parse(db.url()));
    holder.begin(core::immediate_transaction);
    EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(20);
    const dal::Database dal = dal::connect(Engine(db.url(), options));
    CHECK(message_of([&] { dal.insert(User{.email = "topsecret"}); }) == line);
    CHECK(message_of([&] { dal.transaction([](dal::Transaction& tx) { tx(dal::all(users)).remove(); }); }) == line);
    const auto history = one_revision();
    CHECK_THAT(failure(db.url(), {"upgrade"}, config_of(history)), Contains(line));
    holder.rollback();
    CHECK(db.dump() == before);
    CHECK(dal(users).count() == 0);
}

STRATA_DB_TEST("an id twice and a parent that is not there stop every command before the database", "[bad][cli]") {
    const auto refused = [&](const History& history, const std::string& why) {
        for (const char* command : {"upgrade", "downgrade", "current", "history", "check", "migrate"}) {
            INFO(command);
            std::vector<std::string> arguments{command};
            if (arguments.front() == "migrate") arguments.emplace_back("message");
            CHECK_THAT(failure(db.url(), arguments, config_of(history, db.directory())), Contains(why));
        }
    };
    const auto before = db.dump();
    auto twice = one_revision();
    twice.add("a1", {}, nothing, nothing);
    refused(twice, "a1 is present more than once: in 20260101_000000_a1_x.cpp");
    auto orphan = one_revision();
    orphan.add("c3", {"b2"}, nothing, nothing);
    refused(orphan, "Revision b2, referenced from c3 (20260101_000000_c3_x.cpp), is not present");
    CHECK(db.dump() == before);
}

STRATA_DB_TEST("a revision that is unknown, that throws or that fails midway changes nothing", "[bad][cli]") {
    auto history = one_revision();
    migrate::upgrade(db.url(), "head", history.revisions());
    db.shell("INSERT INTO devices (name) VALUES ('lamp')");
    const auto before = db.dump();
    const auto config = config_of(history);
    for (const char* command : {"upgrade", "downgrade", "stamp", "show"}) {
        INFO(command);
        CHECK_THAT(failure(db.url(), {command, "feedfacefeed"}, config),
                   Contains("Can't locate revision identified by 'feedfacefeed'"));
    }
    auto throws = one_revision();
    throws.add("b2", {"a1"}, [](Operations&) { throw std::runtime_error("no\nluck"); }, nothing);
    CHECK_THAT(failure(db.url(), {"upgrade"}, config_of(throws)), Contains("b2") && Contains("no luck"));
    auto fails = one_revision();
    fails.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.add_column("devices", migrate::column("size", migrate::Integer{}).nullable());
            op.execute(
                "DELETE FROM devices;\nINSERT INTO devices (name) VALUES ('topsecret');\n"
                "INSERT INTO nowhere VALUES ('topsecret')");
        },
        nothing);
    CHECK_THAT(failure(db.url(), {"upgrade"}, config_of(fails)),
               Contains("revision b2 (20260101_000000_b2_x.cpp): execute: ") && Contains("nowhere") &&
                   Contains("nothing of it stays"));
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT name FROM devices") == "lamp");
    CHECK(db.shell("SELECT version_num FROM strata_version") == "a1");
}

STRATA_DB_TEST("a script's failing statement is shown without its literals", "[bad][core]") {
    core::Connection connection(core::Url::parse(db.url()));
    connection.script("CREATE TABLE notes (note TEXT)");
    const auto line = message_of([&] {
        connection.script(
            "INSERT INTO notes VALUES ('one''s'); INSERT INTO nowhere VALUES ('topsecret', 'it''s topsecret', \n'x')");
    });
    CHECK(line == "statement 2 of 2 (INSERT INTO nowhere VALUES ('...', '...', ...): no such table: nowhere");
    CHECK(db.shell("SELECT count(*) FROM notes") == "0");
}

STRATA_DB_TEST("a model without a key is refused by every command that needs the models", "[bad][cli]") {
    const migrate::ToolConfig config{
        [] { return schema::MetaData{schema::table(keyless)}; }, {}, db.directory().string()};
    const auto before = db.dump();
    const auto files = std::distance(fs::directory_iterator(db.directory()), fs::directory_iterator());
    for (const char* command : {"create-all", "check", "migrate"}) {
        INFO(command);
        std::vector<std::string> arguments{command};
        if (arguments.front() == "migrate") arguments.emplace_back("message");
        CHECK(failure(db.url(), arguments, config) ==
              "FAILED: model Keyless (table keyless) has no primary key; give it a member id, or primary_key(...) or "
              "no_key() in STRATA_FACTS");
    }
    CHECK(db.dump() == before);
    CHECK(std::distance(fs::directory_iterator(db.directory()), fs::directory_iterator()) == files);
}

STRATA_DB_TEST("a value that breaks a constraint is not shown, and of many rows none is written", "[bad][dal]") {
    const Engine engine(db.url());
    schema::create_all(schema::MetaData{schema::table(users, schema::check("phone_is_short", "length(phone) < 6"))},
                       engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert(User{.email = "taken"});
    const User good{.email = "fine"};
    const User taken{.email = "taken", .phone = "topse"};
    const User long_phone{.email = "other", .phone = "topsecret"};
    const User long_email{.email = "topsecret topsecret topsecret"};

    CHECK_THROWS_AS(dal.insert(taken), UniqueViolation);
    CHECK_THROWS_AS(dal.insert(long_phone), CheckViolation);
    CHECK_THAT(message_of([&] { dal.insert(long_phone); }), Contains("ck_users_phone_is_short"));
    CHECK_THAT(message_of([&] { dal.insert(long_email); }), Contains("users.email holds at most 20 characters"));
    CHECK_THAT(message_of([&] { dal(dal::all(users)).update(users.phone = std::string("topsecret")); }),
               Contains("ck_users_phone_is_short"));
    for (const User& bad : {taken, long_phone, long_email}) {
        CHECK(code_of([&] { dal.insert(bad); }) != "it did not fail");
        CHECK(code_of([&] { dal.insert_many(std::vector<User>{good, bad}); }) != "it did not fail");
    }
    CHECK(db.shell("SELECT email, phone FROM users") == "taken|");
}

STRATA_DB_TEST("text with NUL or invalid UTF-8 is refused wherever the DAL takes a value", "[bad][dal]") {
    const dal::Database dal = connected(db);
    dal.insert(User{.email = "ada"});
    for (const std::string& text :
         {std::string("topsecret\0", 10), std::string("topsecret\xff"), std::string("topsecret\xc0\xaf")}) {
        CHECK(code_of([&] { dal.insert(User{.email = text}); }) == "22021");
        CHECK(code_of([&] { dal.insert_many(std::vector<User>{{.email = "bob"}, {.email = text}}); }) == "22021");
        CHECK(code_of([&] { dal.insert_into(users, users.email = text); }) == "22021");
        CHECK(code_of([&] { dal(dal::all(users)).update(users.phone = text); }) == "22021");
        CHECK(code_of([&] { (void)dal(users.email == text).count(); }) == "22021");
        CHECK(code_of([&] { dal.execute("UPDATE users SET phone = ?", text); }) == "22021");
    }
    CHECK(db.shell("SELECT email, phone FROM users") == "ada|");
}

STRATA_DB_TEST("stacked statements are refused by every raw call, and none of them runs", "[bad][dal]") {
    const dal::Database dal = connected(db);
    dal.insert(User{.email = "ada"});
    const auto schema = db.dump();
    const std::string sql = "DELETE FROM users; DELETE FROM users WHERE email = 'topsecret'";
    CHECK_THAT(message_of([&] { dal.execute(unchecked_sql(sql)); }), Contains("several statements"));
    CHECK_THAT(message_of([&] { (void)dal.query<std::int64_t>("SELECT id FROM users; DROP TABLE users"); }),
               Contains("several statements"));
    CHECK_THAT(message_of([&] { dal.transaction([&](dal::Transaction& tx) { tx.execute(unchecked_sql(sql)); }); }),
               Contains("several statements"));
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT email FROM users") == "ada");
}

TEST_CASE("commands that read, and a wrong target, make no SQLite file", "[bad][migrate][cli][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = one_revision();
    const migrate::ToolConfig config{one_table, history.revisions(), db.directory().string()};
    const fs::path file = db.directory() / "mistyped.db";
    const std::string url = "sqlite:///" + file.string();
    CHECK_THAT(failure(url, {"check"}, config), Contains("Target database is not up to date"));
    CHECK_THAT(failure(url, {"upgrade", "nosuch"}, config), Contains("nosuch"));
    CHECK_THAT(failure(url, {"stamp", "nosuch"}, config), Contains("nosuch"));
    failure(url, {"downgrade"}, config);
    CHECK_THAT(failure(url, {"baseline"}, config), Contains("there is no database"));
    CHECK(migrate::current(url).empty());
    CHECK_FALSE(fs::exists(file));
}

TEST_CASE("an empty --url is wrong use and means no other database", "[bad][migrate][cli]") {
    const TestDatabase db(TestDialect::sqlite);
    const auto history = one_revision();
    CHECK_THAT(failure("", {"upgrade"}, {one_table, history.revisions(), db.directory().string()}),
               Contains("the URL is empty"));
}
