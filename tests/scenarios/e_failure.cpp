// When it goes wrong.
#include "project.hpp"

using Catch::Matchers::Contains;
using strata::test::error_of;
using strata::test::occurrences;
using strata::test::Project;
using strata::test::revision_id;
using strata::test::tables_of;

STRATA_DB_TEST("a revision fails midway: nothing of it stays, current is the one before - fix, upgrade",
               "[scenario][E4]") {
    const Project project(db, Project::History::kept);
    project.db_migrate({"upgrade"});
    db.shell("INSERT INTO users (username, email) VALUES ('ada', 'ada@example.org')");
    const auto before = revision_id(project.revisions().back());
    const auto schema = db.dump();
    const auto rows = db.shell("SELECT * FROM users");

    project.db_migrate({"revision", "-m", "users get a score"});
    const auto file = project.revisions().back();
    const auto id = revision_id(file);
    project.write(
        file,
        "#include <strata/migrate/revision.hpp>\n"
        "using namespace strata::migrate;\n"
        "STRATA_REVISION(" +
            id + ", revises(\"" + before +
            "\"), \"users get a score\",\n"
            "    [](Operations& op) {\n"
            "        op.create_table(\"scores\", {column(\"id\", BigInteger{}), primary_key(\"\", {\"id\"})});\n"
            "        op.add_column(\"users\", column(\"score\", Integer{}).server_default(literal(1)));\n"
            "        op.execute(\"UPDATE users SET score = 7\");\n"
            "        op.execute(\"UPDATE users SET scores = score + 1\");\n"
            "        op.alter_column(\"users\", \"email\").type(Text{});\n"
            "    },\n"
            "    [](Operations& op) {\n"
            "        op.alter_column(\"users\", \"email\").type(String{255});\n"
            "        op.drop_column(\"users\", \"score\");\n"
            "        op.drop_table(\"scores\");\n"
            "    })\n");
    const auto said = error_of(project.db_migrate({"upgrade"}, 2));
    INFO(said);
    CHECK(occurrences(said, "\n") == 0);
    CHECK_THAT(said, Contains("FAILED: revision " + id));
    CHECK_THAT(said, Contains("scores") && Contains("nothing of it stays"));
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT * FROM users") == rows);
    CHECK(project.db_migrate({"current"}).out == before + "\n");

    project.edit(file, "SET scores = score + 1", "SET score = score + 1");
    CHECK_THAT(project.db_migrate({"upgrade"}).out, Contains("Running upgrade " + before + " -> " + id));
    CHECK(project.db_migrate({"current"}).out == id + " (head)\n");
    CHECK(tables_of(db) == "devices scores strata_history strata_version users");
    CHECK(db.shell("SELECT username, score FROM users") == "ada|8");

    project.db_migrate({"downgrade"});
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT * FROM users") == rows);
}
