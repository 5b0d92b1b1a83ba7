// Daily change: what columns are for, from the model to the row.
#include "project.hpp"

using Catch::Matchers::Contains;
using strata::test::columns_of;
using strata::test::is_nullable;
using strata::test::Project;
using strata::test::TestDatabase;

namespace {

constexpr const char* models = R"(#pragma once

#include <strata/core/model.hpp>

#include <boost/json.hpp>

namespace devices {

struct Note {
    std::int64_t id{};
    std::string title{};
    std::string body{};
    std::int32_t plays{};
    bool done{};
    strata::TimestampTz at{};
    strata::Json data{};
    strata::Uuid code{};
    std::vector<std::string> tags{};
    std::string status{};
    strata::TimestampTz created_at{};
    std::optional<strata::TimestampTz> updated_at{};
};
STRATA_MODEL(Note, notes, id, title, body, plays, done, at, data, code, tags, status, created_at, updated_at)
STRATA_FACTS(notes, max_length(notes.title, 100), server_default(notes.created_at, now()),
             set_on_update(notes.updated_at, now()), client_default(notes.status, [] { return "new"; }))

}  // namespace devices
)";

/// app write | rename TITLE | read: the row is read as what was written, or the program fails.
constexpr const char* program = R"(#include "models.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>

#include <iostream>

using namespace strata;
using devices::Note;
using devices::notes;

int main(int, char** argv) try {
    const auto db = dal::connect(Engine::from_environment());
    const Note note{.title = "Aria",
                    .body = "l'aria\n\xC3\xA0 4",
                    .plays = -7,
                    .done = true,
                    .at = TimestampTz::parse("2026-11-20 12:30:00.000001"),
                    .data = boost::json::parse(R"j({"key":["a",1,null]})j"),
                    .code = Uuid::parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
                    .tags = {"slow", "it's, \"quoted\"", ""}};
    const std::string command = argv[1];
    if (command == "write") db.insert(note);
    if (command == "rename") db(notes.id == 1).update(notes.title = argv[2]);
    const Note row = db.get(notes, 1).value();
    const bool same = row.body == note.body && row.plays == note.plays && row.done && row.at == note.at &&
                      row.data == note.data && row.code == note.code && row.tags == note.tags;
    std::cout << row.title << ' ' << row.status << (row.updated_at ? " updated" : " as made") << '\n';
    return same ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
)";

std::string types_of(const TestDatabase& db) {
    return db.shell(db.is_sqlite() ? "SELECT name, type FROM pragma_table_info('notes') ORDER BY cid"
                                   : "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE "
                                     "attrelid = 'notes'::regclass AND attnum > 0 ORDER BY attnum");
}

}  // namespace

STRATA_DB_TEST(
    "text, numbers, booleans, instants, JSON, UUID and arrays are created, reflected without difference and "
    "round-tripped - the server says created_at, updates say updated_at, the client says status",
    "[scenario][C6][C7]") {
    const Project project(db, Project::History::none);
    project.write("models.hpp", models);
    project.write("main.cpp", program);
    project.edit("schema.cpp", "{table(users), table(devices, index(devices.status))}", "{table(notes)}");
    project.edit("CMakeLists.txt", "app main.cpp helpers.cpp schema.cpp", "app main.cpp");
    project.db_migrate({"migrate", "notes"});
    project.db_migrate({"upgrade"});
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));
    CHECK(types_of(db) == (db.is_sqlite() ? "id|INTEGER\ntitle|VARCHAR(100)\nbody|TEXT\nplays|INTEGER\ndone|INTEGER\n"
                                            "at|TIMESTAMPTZ\ndata|TEXT\ncode|CHAR(36)\ntags|TEXT_ARRAY\nstatus|TEXT\n"
                                            "created_at|TIMESTAMPTZ\nupdated_at|TIMESTAMPTZ"
                                          : "id|bigint\ntitle|character varying(100)\nbody|text\nplays|integer\n"
                                            "done|boolean\nat|timestamp with time zone\ndata|jsonb\ncode|uuid\n"
                                            "tags|text[]\nstatus|text\ncreated_at|timestamp with time zone\n"
                                            "updated_at|timestamp with time zone"));

    project.build("app");
    CHECK(project.app({"write"}).out == "Aria new as made\n");
    CHECK(db.shell("SELECT title, plays, code, status, updated_at IS NULL FROM notes") ==
          "Aria|-7|0f8fad5b-d9cb-469f-a165-70867728950e|new|" + std::string(db.is_sqlite() ? "1" : "t"));
    const auto recent = [&](const std::string& column) {
        return db.shell(db.is_sqlite()
                            ? "SELECT abs(julianday('now') - julianday(" + column + ")) < 0.1 FROM notes"
                            : "SELECT (abs(extract(epoch FROM now() - " + column + ")) < 8640)::integer FROM notes");
    };
    CHECK(recent("created_at") == "1");
    const auto created = db.shell("SELECT created_at FROM notes");
    CHECK(project.app({"rename", "Canon"}).out == "Canon new updated\n");
    CHECK(recent("updated_at") == "1");
    CHECK(db.shell("SELECT created_at FROM notes") == created);
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));
}

STRATA_DB_TEST(
    "a column with a default, a renamed column, an index, a foreign key, another type, another nullability, a check "
    "and "
    "a comment - up, down and up again",
    "[scenario][C3]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org'), ('bob', 'bob@example.org')");
    db.shell("INSERT INTO devices (name, user_id) VALUES ('lamp', 1)");
    const auto before = db.dump();
    const auto rows_before = db.shell("SELECT id, username, email, created_at FROM users ORDER BY id");

    auto text = project.read("models.hpp");
    for (auto at = text.find("username"); at != std::string::npos; at = text.find("username", at))
        text.replace(at, 8, "login");
    project.write("models.hpp", text);
    project.edit("models.hpp", "std::string email{};", "std::optional<std::string> email{};");
    project.add_member("Device", "devices", "user_id", "std::optional<std::int64_t> lent_to");
    project.edit("models.hpp", "std::string name{};", "std::string name{};\n    std::string kind{};");
    project.edit("models.hpp", "devices, id, name,", "devices, id, name, kind,");
    project.edit("models.hpp", "STRATA_FACTS(devices, max_length(devices.name, 100),",
                 "STRATA_FACTS(devices, max_length(devices.kind, 20), server_default(devices.kind, \"plain\"),\n"
                 "             references(devices.lent_to, users.id, on_delete::set_null),");
    project.edit("schema.cpp", "{table(users), table(devices, index(devices.status))}",
                 "{table(users, index(users.email)),\n"
                 "            table(devices, index(devices.status), check(\"name_not_empty\", \"length(name) > 0\"),\n"
                 "                  comment(devices.name, \"as printed on it\"))}");
    const auto written = project.db_migrate({"migrate", "a day", "--rename", "users.username:login"}).out;
    INFO(written);
    const auto file = project.read(project.revisions().back());
    INFO(file);
    for (const auto* const operation :
         {"op.rename_column(\"users\", \"username\", \"login\")", "op.add_column(\"devices\", column(\"kind\"",
          "op.add_column(\"devices\", column(\"lent_to\"", "op.create_index(\"ix_users_email\"",
          "op.create_foreign_key(\"fk_devices_lent_to_users\"",
          "op.create_check_constraint(\"ck_devices_name_not_empty\"", ".comment(\"as printed on it\")", ".type(Text{})",
          ".nullable(true)"})
        CHECK_THAT(file, Contains(operation));

    project.db_migrate({"upgrade"});
    CHECK_THAT(project.db_migrate({"check"}).out, Contains("No new upgrade operations detected."));
    CHECK(columns_of(db, "users") == "id login email created_at");
    CHECK(db.shell("SELECT id, login, email, created_at FROM users ORDER BY id") == rows_before);
    CHECK(is_nullable(db, "users", "email"));
    CHECK(strata::test::indexes_of(db, "users") == "ix_users_email");
    CHECK(db.shell("SELECT name, kind, user_id, lent_to FROM devices") == "lamp|plain|1|");
    const std::string strict = db.is_sqlite() ? "PRAGMA foreign_keys = ON; " : "";
    CHECK_THROWS(db.shell(strict + "UPDATE devices SET lent_to = 99"));
    CHECK_THROWS(db.shell("UPDATE devices SET name = ''"));
    db.shell(strict + "UPDATE devices SET lent_to = 2");
    db.shell("UPDATE devices SET name = '" + std::string(101, 'x') + "'");
    db.shell("UPDATE devices SET name = 'lamp'");
    if (db.is_postgresql()) CHECK(db.shell("SELECT col_description('devices'::regclass, 2)") == "as printed on it");

    const auto after = db.dump();
    project.db_migrate({"downgrade"});
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT id, username, email, created_at FROM users ORDER BY id") == rows_before);
    CHECK(db.shell("SELECT name, user_id FROM devices") == "lamp|1");
    project.db_migrate({"upgrade"});
    CHECK(db.dump() == after);
}

STRATA_DB_TEST(
    "an empty revision for manual work - a column, UPDATE where NULL and NOT NULL in one revision, on 100,000 rows",
    "[scenario][C4][C5]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    db.shell(db.is_sqlite() ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
                              "INSERT INTO users (username, email) SELECT 'u' || i, 'u' || i || '@example.org' FROM n"
                            : "INSERT INTO users (username, email) SELECT 'u' || i, 'u' || i || '@example.org' FROM "
                              "generate_series(1, 100000) AS i");
    const auto before = db.dump();

    project.db_migrate({"revision", "-m", "users have a plan"});
    const auto file = project.revisions().back();
    CHECK(file.filename().string().ends_with("_users_have_a_plan.cpp"));
    auto text = project.read(file);
    INFO(text);
    CHECK(text.find("op.") == std::string::npos);
    const auto fill = [&](const std::string& body) {
        const std::string empty = "[]([[maybe_unused]] Operations& op) {\n    }";
        const auto at = text.find(empty);
        REQUIRE(at != std::string::npos);
        text.replace(at, empty.size(), "[](Operations& op) {\n" + body + "    }");
    };
    fill(
        "        op.add_column(\"users\", column(\"plan\", Text{}).nullable());\n"
        "        op.execute(\"UPDATE users SET plan = CASE WHEN id % 10 = 0 THEN 'paid' ELSE 'free' END WHERE plan IS "
        "NULL\");\n"
        "        op.alter_column(\"users\", \"plan\").nullable(false);\n");
    fill("        op.drop_column(\"users\", \"plan\");\n");
    project.write(file, text);

    project.db_migrate({"upgrade"});
    CHECK_FALSE(is_nullable(db, "users", "plan"));
    CHECK(db.shell("SELECT plan, count(*), count(DISTINCT email) FROM users GROUP BY plan ORDER BY plan") ==
          "free|90000|90000\npaid|10000|10000");
    CHECK_THROWS(db.shell("UPDATE users SET plan = NULL WHERE id = 1"));
    project.db_migrate({"downgrade"});
    CHECK(db.dump() == before);
    CHECK(db.shell("SELECT count(*), count(DISTINCT username) FROM users") == "100000|100000");
}
