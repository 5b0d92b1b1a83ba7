#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>

#include <functional>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;
using strata::Engine;
using strata::schema::MetaData;
using strata::schema::Table;
using strata::test::create_tables;
using strata::test::History;

namespace {

const auto nothing = [](Operations&) {};

std::vector<Operation> recorded(const Revision::Callback& record) {
    Operations operations;
    record(operations);
    return operations.operations();
}

/// A database with tables and rows, of which revisions are asked.
class Rows {
public:
    Rows(const strata::test::TestDatabase& db, const Revision::Callback& schema, const std::string& rows)
        : connection_(strata::core::Url::parse(db.url())) {
        for (const auto& operation : recorded(schema)) apply(state_, operation);
        create_tables(connection_, state_);
        db.shell(rows);
    }

    /// What is found, a line each: `null_value: songs, column title: ...`.
    std::vector<std::string> found(const Revision::Callback& revision) {
        std::vector<std::string> lines;
        for (const auto& finding : preflight(connection_, recorded(revision), state_))
            lines.push_back(std::string(code_of(finding.fault)) + ": " + finding.text());
        return lines;
    }
    /// Whether the database refuses the operations when they run. Changes nothing then.
    bool refused(const Revision::Callback& revision) {
        try {
            strata::test::run_operations(connection_, recorded(revision), state_);
            return false;
        } catch (const strata::Error&) {
            return true;
        }
    }
    strata::Connection& connection() { return connection_; }
    [[nodiscard]] const MetaData& state() const { return state_; }

private:
    strata::Connection connection_;
    MetaData state_;
};

using Lines = std::vector<std::string>;

const auto songs = [](Operations& op) {
    op.create_table("users",
                    {column("id", BigInteger{}), column("email", Text{}).nullable(), primary_key("pk_users", {"id"})});
    op.create_table("songs", {column("id", BigInteger{}), column("title", Text{}).nullable(),
                              column("year", Text{}).nullable(), column("plays", Integer{}).nullable(),
                              column("user_id", BigInteger{}).nullable(), primary_key("pk_songs", {"id"})});
    op.create_table("marks", {column("song", Integer{}).nullable(), column("user", Integer{}).nullable()});
};
const char* const song_rows =
    "INSERT INTO users VALUES (1, 'a'), (2, 'a'), (3, NULL);"
    "INSERT INTO songs VALUES (1, 'Aria', '1990', 5, 1), (2, 'Aria', 'topsecret', 70000, 9), (3, NULL, NULL, NULL, "
    "NULL),"
    " (4, 'A long title', '2001', -1, 2);"
    "INSERT INTO marks VALUES (1, 1), (1, 1), (2, NULL)";

struct Case {
    const char* what;
    Revision::Callback revision;
    Lines found;
};

}  // namespace

STRATA_DB_TEST("rows that would make a revision fail are found before it, with their keys and never their values",
               "[migrate][preflight]") {
    Rows rows(db, songs, song_rows);
    const std::vector<Case> cases{
        {"NULL in a column that becomes NOT NULL",
         [](Operations& op) { op.alter_column("songs", "title").nullable(false); },
         {"null_value: songs, column title: 1 row with NULL (id 3); give them a value before the column becomes NOT "
          "NULL"}},
        {"a NOT NULL column without a default",
         [](Operations& op) { op.add_column("songs", column("rating", Integer{})); },
         {"no_value: songs, column rating: 4 rows would be without a value; give the column a default, or add it "
          "nullable, fill it and alter it to NOT NULL then (migrate --fill songs.rating=VALUE writes that)"}},
        {"equal values before a unique constraint",
         [](Operations& op) { op.create_unique_constraint("uq_songs_title", "songs", {"title"}); },
         {"duplicate: songs, unique constraint uq_songs_title: 2 rows with values that another row has too (id 1, 2); "
          "change or delete all but one of each"}},
        {"equal values before a unique index of an expression with a predicate",
         [](Operations& op) {
             op.create_index("ux_songs", "songs", {expression("lower(title)")}).unique().where("plays > 0");
         },
         {"duplicate: songs, unique index ux_songs: 2 rows with values that another row has too (id 1, 2); change or "
          "delete all but one of each"}},
        {"a predicate that leaves one of them out",
         [](Operations& op) { op.create_index("ux_songs", "songs", {"title"}).unique().where("plays > 5"); },
         {}},
        {"a reference to a row that does not exist",
         [](Operations& op) { op.create_foreign_key("fk_songs_user", "songs", "users", {"user_id"}, {"id"}); },
         {"orphan: songs, foreign key fk_songs_user: 1 row with a reference to a row of users that does not exist (id "
          "2); add what they refer to, or change or delete them"}},
        {"rows that a check refuses",
         [](Operations& op) { op.create_check_constraint("ck_songs_plays", "songs", "plays >= 0 -- a count"); },
         {"refused_by_check: songs, check ck_songs_plays: 1 row that it refuses (id 4); change or delete them first"}},
        {"a text that is no number",
         [](Operations& op) { op.alter_column("songs", "year").type(Integer{}); },
         {"value_does_not_fit: songs, column year: 1 row with a value that INTEGER cannot take (id 2); change them "
          "first, or say how with using_()"}},
        {"a number out of range",
         [](Operations& op) { op.alter_column("songs", "plays").type(SmallInteger{}); },
         {"value_does_not_fit: songs, column plays: 1 row with a value that SMALLINT cannot take (id 2); change them "
          "first, or say how with using_()"}},
        {"a text that is too long",
         [](Operations& op) { op.alter_column("songs", "title").type(String{4}); },
         {"value_does_not_fit: songs, column title: 1 row with a value that VARCHAR(4) cannot take (id 4); change them "
          "first, or say how with using_()"}},
        {"an expression that gives values",
         [](Operations& op) {
             op.alter_column("songs", "year").type(Integer{}).using_("CASE WHEN year <> 'topsecret' THEN 1990 END");
         },
         {}},
        {"all that is in the way at once, by the names that the database has now",
         [](Operations& op) {
             op.rename_column("songs", "title", "name");
             op.alter_column("songs", "name").nullable(false);
             op.rename_table("songs", "tracks");
             op.create_check_constraint("ck_tracks", "tracks", "length(name) < 10");
         },
         {"null_value: songs, column title: 1 row with NULL (id 3); give them a value before the column becomes NOT "
          "NULL",
          "refused_by_check: songs, check ck_tracks: 1 row that it refuses (id 4); change or delete them first"}},
        {"a value that the revision gives",
         [](Operations& op) {
             op.add_column("songs", column("rating", Integer{}).nullable());
             op.fill("songs", "rating", 3);
             op.alter_column("songs", "rating").nullable(false);
             op.fill("songs", "title", "none");
             op.alter_column("songs", "title").nullable(false);
         },
         {}},
        {"the same value for all, which becomes unique",
         [](Operations& op) {
             op.add_column("songs", column("rating", Integer{}).server_default(literal(1)));
             op.create_unique_constraint("uq_rating", "songs", {"rating"});
         },
         {"duplicate: songs, unique constraint uq_rating: 4 rows with values that another row has too (id 1, 2, 3, "
          "...); change or delete all but one of each"}},
        {"a table that the revision makes has no rows",
         [](Operations& op) {
             op.create_table("new", {column("id", BigInteger{}), primary_key("pk_new", {"id"})});
             op.add_column("new", column("a", Integer{}));
             op.create_unique_constraint("uq_new", "new", {"a"});
         },
         {}},
        {"and every reference to one of its rows is wrong",
         [](Operations& op) {
             op.create_table("new", {column("id", BigInteger{}), primary_key("pk_new", {"id"})});
             op.create_foreign_key("fk_songs_new", "songs", "new", {"user_id"}, {"id"});
         },
         {"orphan: songs, foreign key fk_songs_new: 3 rows with a reference to a row of new that does not exist (id 1, "
          "2, 4); add what they refer to, or change or delete them"}},
        {"a table without a key has no keys to tell",
         [](Operations& op) { op.create_unique_constraint("uq_marks", "marks", {"song", "user"}); },
         {"duplicate: marks, unique constraint uq_marks: 2 rows with values that another row has too; change or delete "
          "all but one of each"}},
        {"values that are equal after a change of their type",
         [](Operations& op) {
             op.create_unique_constraint("uq_plays", "songs", {"plays"});
             op.alter_column("songs", "plays").type(Boolean{}).using_("plays IS NOT NULL");
         },
         {"duplicate: songs, unique constraint uq_plays: 3 rows with values that another row has too (id 1, 2, 4); "
          "change or delete all but one of each"}},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        CHECK_THAT(rows.found(each.revision), Equals(each.found));
        if (!each.found.empty()) CHECK(rows.refused(each.revision));
    }
    CHECK(db.shell("SELECT count(*) FROM songs") == "4");
}

STRATA_DB_TEST("what a revision's own SQL, callback or insert may change is not asked, and said to be unknown",
               "[migrate][preflight]") {
    Rows rows(db, songs, song_rows);
    const auto lost = [](Operations& op) { op.alter_column("songs", "title").nullable(false); };
    const std::string unknown =
        "unknown: songs, column title: the rows cannot be asked before the revision runs, since an earlier operation "
        "of "
        "it may change them";
    const auto after = [&](const Revision::Callback& first) {
        return rows.found([&](Operations& op) {
            first(op);
            lost(op);
        });
    };
    CHECK_THAT(after([](Operations& op) { op.execute("UPDATE songs SET title = 'x'"); }), Equals(Lines{unknown}));
    CHECK_THAT(after([](Operations& op) { op.run([](strata::Connection&) {}); }), Equals(Lines{unknown}));
    CHECK_THAT(after([](Operations& op) { op.bulk_insert("songs", {"id"}, {{7}}); }), Equals(Lines{unknown}));
    CHECK_THAT(after([](Operations& op) { op.bulk_insert("users", {"id"}, {{7}}); }).front(),
               Contains("null_value: songs, column title"));
    // SQLite checks foreign keys when all is done, and PostgreSQL when the key is made.
    const auto key_first = rows.found([](Operations& op) {
        op.create_foreign_key("fk_songs_user", "songs", "users", {"user_id"}, {"id"});
        op.bulk_insert("users", {"id"}, {{9}});
    });
    REQUIRE(key_first.size() == 1);
    CHECK_THAT(key_first.front(), Contains(db.is_sqlite() ? "unknown: " : "orphan: "));
}

STRATA_DB_TEST("tables and columns that revisions have kept are asked as they come back", "[migrate][preflight]") {
    Rows rows(db, songs, song_rows);
    const auto back = rows.found([](Operations& op) {
        op.drop_column("songs", "plays").keep("_dropped_plays");
        op.add_column("songs", column("plays", Integer{})).restore("_dropped_plays");
    });
    CHECK_THAT(back,
               Equals(Lines{"null_value: songs, column plays: 1 row with NULL (id 3); give them a value before the "
                            "column becomes NOT NULL"}));
}

STRATA_DB_TEST("values that are equal in the column's collation are found", "[migrate][preflight]") {
    const bool sqlite = db.is_sqlite();
    if (!sqlite)
        db.shell("CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    Rows rows(
        db,
        [&](Operations& op) {
            op.create_table("t", {column("a", Text{}).collation(sqlite ? "NOCASE" : "nocase"), column("b", Text{}),
                                  column("c", Text{}).nullable(), primary_key("pk_t", {"b"})});
        },
        "INSERT INTO t VALUES ('x', 'k1', NULL), ('X', 'k2', NULL)");
    CHECK(
        rows.found([](Operations& op) { op.create_unique_constraint("uq_t", "t", {"a"}); }) ==
        Lines{"duplicate: t, unique constraint uq_t: 2 rows with values that another row has too (b k1, k2); change or "
              "delete all but one of each"});
    const auto plain = [&](Operations& op) {
        op.create_index("ux_t", "t", {element("a").collation(sqlite ? "BINARY" : "C")}).unique();
    };
    CHECK(rows.found(plain).empty());
    CHECK_FALSE(rows.refused(plain));
    CHECK(rows.found([](Operations& op) { op.create_unique_constraint("uq_t", "t", {"a", "c"}); }).empty());
}

TEST_CASE("PostgreSQL's own constraints and types are asked for before they refuse (postgresql)",
          "[migrate][preflight][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    db.shell("CREATE DOMAIN small AS integer CHECK (VALUE < 10)");
    Rows rows(
        db,
        [](Operations& op) {
            op.create_table("rooms",
                            {column("id", Integer{}), column("floor", Integer{}), primary_key("pk", {"id", "floor"})});
            op.create_table("stays",
                            {column("id", Integer{}), column("kind", Enum{"kind", {"short", "long"}}).nullable(),
                             column("room", Integer{}).nullable(), column("floor", Integer{}).nullable(),
                             column("days", Native{"int4range"}).nullable(), column("price", Numeric{8, 2}).nullable(),
                             column("note", Text{}).nullable(), primary_key("pk_stays", {"id"})});
        },
        "INSERT INTO rooms VALUES (1, 1);"
        "INSERT INTO stays VALUES (1, 'short', 1, 1, '[1,3)', 1.5, '{}'), (2, 'long', 1, NULL, '[2,5)', 12345.67, "
        "'topsecret'),"
        " (3, NULL, NULL, NULL, '[7,9)', NULL, NULL)");
    const std::vector<Case> cases{
        {"a label that goes",
         [](Operations& op) { op.alter_column("stays", "kind").type(Enum{"kind", {"short", "medium"}}); },
         {"value_does_not_fit: stays, column kind: 1 row with a value that \"kind\" cannot take (id 2); change them "
          "first, or say how with using_()"}},
        {"a reference that is only in part NULL, for MATCH FULL",
         [](Operations& op) {
             op.create_foreign_key("fk", "stays", "rooms", {"room", "floor"}, {"id", "floor"}).match(Match::full);
         },
         {"orphan: stays, foreign key fk: 1 row with a reference to a row of rooms that does not exist (id 2); add "
          "what "
          "they refer to, or change or delete them"}},
        {"and for MATCH SIMPLE",
         [](Operations& op) { op.create_foreign_key("fk", "stays", "rooms", {"room", "floor"}, {"id", "floor"}); },
         {}},
        {"NOT VALID",
         [](Operations& op) {
             op.create_foreign_key("fk", "stays", "rooms", {"id", "id"}, {"id", "floor"}).not_valid();
             op.create_check_constraint("ck", "stays", "id > 1").not_valid();
         },
         {}},
        {"NULLs that are equal",
         [](Operations& op) { op.create_unique_constraint("uq", "stays", {"floor"}).nulls_not_distinct(); },
         {"duplicate: stays, unique constraint uq: 2 rows with values that another row has too (id 2, 3); change or "
          "delete all but one of each"}},
        {"rows that exclude each other",
         [](Operations& op) { op.create_exclude_constraint("ex", "stays", "gist", {"days"}, {"&&"}); },
         {"refused_by_exclusion: stays, exclusion constraint ex: 2 rows that another row excludes (id 1, 2); change or "
          "delete all but one of those that exclude each other"}},
        {"fewer digits",
         [](Operations& op) { op.alter_column("stays", "price").type(Numeric{6, 2}); },
         {"value_does_not_fit: stays, column price: 1 row with a value that NUMERIC(6, 2) cannot take (id 2); change "
          "them first, or say how with using_()"}},
        {"a text that is no document",
         [](Operations& op) { op.alter_column("stays", "note").type(JsonType{}); },
         {"value_does_not_fit: stays, column note: 1 row with a value that JSONB cannot take (id 2); change them "
          "first, "
          "or say how with using_()"}},
        {"a domain",
         [](Operations& op) { op.alter_column("stays", "price").type(UserType{"small"}).using_("price::integer"); },
         {"value_does_not_fit: stays, column price: 1 row with a value that \"small\" cannot take (id 2); change them "
          "first, or say how with using_()"}},
        {"a check that cannot be computed for every row",
         [](Operations& op) { op.create_check_constraint("ck", "stays", "1 / (id - 1) < 5"); },
         {"refused_by_check: stays, check ck: 1 row that it refuses (id 1); change or delete them first"}},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        CHECK_THAT(rows.found(each.revision), Equals(each.found));
        if (!each.found.empty()) CHECK(rows.refused(each.revision));
    }
}

TEST_CASE("rows that the role may not see are not spoken of (postgresql)", "[migrate][preflight][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    STRATA_REQUIRE_SUPERUSER("makes a role of its own");
    Rows rows(db, songs, song_rows);
    const auto lost = [](Operations& op) { op.alter_column("songs", "title").nullable(false); };
    CHECK(rows.found(lost).size() == 1);
    const std::string role = "strata_blind_" + db.shell("SELECT current_database()");
    db.shell("CREATE ROLE \"" + role + "\"; GRANT USAGE ON SCHEMA public TO \"" + role + "\"");
    const auto found_as_role = [&] {
        strata::Connection& connection = rows.connection();
        connection.begin();
        connection.execute("SET LOCAL ROLE \"" + role + "\"");
        const auto lines = rows.found(lost);
        CHECK(connection.scalar("SELECT current_user") == role);  // the transaction goes on
        connection.rollback();
        return lines;
    };
    CHECK(found_as_role().empty());
    db.shell("GRANT SELECT ON songs TO \"" + role + "\"");
    CHECK(found_as_role().size() == 1);
    db.shell("ALTER TABLE songs ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON songs USING (id > 2)");
    CHECK(found_as_role().empty());
    db.shell("DROP OWNED BY \"" + role + "\"; DROP ROLE \"" + role + "\"");
}

TEST_CASE("what SQLite refuses by a table's options is found (sqlite)", "[migrate][preflight][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    Rows rows(
        db,
        [](Operations& op) {
            op.create_table("t", {column("a", Integer{}), column("b", Text{}).nullable(),
                                  column("k", Text{}).nullable(), primary_key("pk_t", {"k"})});
        },
        "INSERT INTO t VALUES ('x', '1', NULL), ('5', x'41', 'k')");
    CHECK_THAT(rows.found([](Operations& op) { op.alter_table("t").strict(); }),
               Equals(Lines{"value_does_not_fit: t, column a: 1 row with a value that its declared type cannot take; "
                            "change them first",
                            "value_does_not_fit: t, column b: 1 row with a value that its declared type cannot take (k "
                            "k); change them first",
                            "null_value: t, column k: 1 row with NULL; give them a value before it becomes a part "
                            "of the primary key"}));
    CHECK(rows.refused([](Operations& op) { op.alter_table("t").strict(); }));
    const auto without_rowid = [](Operations& op) { op.alter_table("t").without_rowid(); };
    CHECK(rows.found(without_rowid).size() == 1);
    CHECK(rows.refused(without_rowid));
}

TEST_CASE("rows that broke a foreign key before do not matter, and new ones do (sqlite)",
          "[migrate][preflight][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    Rows rows(
        db,
        [](Operations& op) {
            op.create_table("users", {column("id", BigInteger{}), primary_key("pk_users", {"id"})});
            op.create_table("songs",
                            {column("id", BigInteger{}), column("user_id", BigInteger{}).nullable(),
                             primary_key("pk_songs", {"id"}), foreign_key("fk_songs", {"user_id"}, "users", {"id"})});
        },
        "INSERT INTO users VALUES (1); INSERT INTO songs VALUES (1, 1), (2, 7), (3, NULL)");
    const auto fill = [](Operations& op) {
        op.fill("songs", "user_id", 5);
        op.alter_column("songs", "user_id").nullable(false);
    };
    CHECK_THAT(rows.found(fill),
               Equals(Lines{"orphan: songs, foreign key fk_songs: 1 row with a reference to a row of "
                            "users that does not exist (id 2, 3); add what they refer to, or change or "
                            "delete them"}));
    CHECK(rows.refused(fill));
    const auto retype = [](Operations& op) { op.alter_column("songs", "user_id").type(Integer{}); };
    CHECK(rows.found(retype).empty());
    CHECK_FALSE(rows.refused(retype));
}

TEST_CASE("what SQLite does not refuse is not found (sqlite)", "[migrate][preflight][sqlite]") {
    const auto schema = [](Operations& op) {
        op.create_table("users", {column("id", BigInteger{}), column("n", Integer{}).nullable(),
                                  primary_key("pk_users", {"id"}), unique("uq_users", {"id", "n"})});
        op.create_table("songs", {column("id", BigInteger{}), column("title", Text{}).nullable(),
                                  column("day", DateType{}).nullable(), column("user_id", BigInteger{}).nullable()});
    };
    const std::vector<Case> cases{
        {"MATCH FULL, which SQLite takes and does not enforce",
         [](Operations& op) {
             op.fill("songs", "user_id", 1);
             op.add_column("songs", column("n", Integer{}).nullable());
             op.create_foreign_key("fk", "songs", "users", {"user_id", "n"}, {"id", "n"}).match(Match::full);
         },
         {}},
        {"a change of a column that is dropped with it",
         [](Operations& op) {
             op.alter_column("songs", "title").type(Integer{});
             op.drop_column("songs", "title");
         },
         {}},
        {"values that an expression makes of the same type",
         [](Operations& op) {
             op.alter_column("songs", "user_id").type(BigInteger{}).using_("id");
             op.create_unique_constraint("uq_songs", "songs", {"user_id"});
         },
         {}},
        {"dates, which are texts in a column for numbers",
         [](Operations& op) {
             op.alter_column("songs", "day").type(DateTime{});
             op.create_unique_constraint("uq_songs", "songs", {"day"});
         },
         {}},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
        Rows rows(db, schema,
                  "INSERT INTO users VALUES (1, 1);"
                  "INSERT INTO songs VALUES (1, 'x', '2026-01-01', NULL), (2, 'y', '2026-02-02', NULL)");
        CHECK_THAT(rows.found(each.revision), Equals(each.found));
        CHECK_FALSE(rows.refused(each.revision));
    }
}

STRATA_DB_TEST("upgrade does not start a revision that rows are in the way of, and names all of them",
               "[migrate][preflight][runner]") {
    const Engine engine(db.url());
    History history;
    history.add("a1", {}, songs, [](Operations& op) { op.drop_table("songs"); });
    upgrade(engine, "head", history.revisions());
    db.shell(song_rows);
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.create_table("albums", {column("id", Integer{}), primary_key("pk_albums", {"id"})});
            op.alter_column("songs", "title").nullable(false);
            op.create_check_constraint("ck_songs_plays", "songs", "plays >= 0");
        },
        [](Operations& op) { op.create_unique_constraint("uq_songs_year", "songs", {"year"}); });
    const auto schema = db.dump();
    std::vector<std::string> lines;
    const auto run = [&] {
        upgrade(engine, "head", history.revisions(), [&](const std::string& line) { lines.push_back(line); });
    };
    try {
        run();
        FAIL("it ran");
    } catch (const RowsInTheWay& error) {
        REQUIRE(error.findings().size() == 2);
        CHECK(error.findings()[0].operation == 1);
        CHECK(error.findings()[0].key_values == Lines{"3"});
        CHECK(error.findings()[1].fault == RowFault::refused_by_check);
        CHECK(error.findings()[1].rows == 1);
        CHECK_THAT(
            error.what(),
            Contains("revision b2 (20260101_000000_b2_x.cpp) was not started, since rows are in its way: songs, column "
                     "title: 1 row with NULL (id 3)") &&
                Contains("; songs, check ck_songs_plays: 1 row that it refuses (id 4)"));
    }
    CHECK(lines.empty());
    CHECK(db.dump() == schema);

    const auto tool = strata::test::run_tool({"tool", "upgrade", "--url", db.url()},
                                             {[] { return MetaData(); }, history.revisions(), "migrations"});
    CHECK(tool.code == 2);
    CHECK(tool.err ==
          "FAILED: revision b2 (20260101_000000_b2_x.cpp) was not started, since rows are in its way:\n"
          "  songs, column title: 1 row with NULL (id 3); give them a value before the column becomes NOT NULL\n"
          "  songs, check ck_songs_plays: 1 row that it refuses (id 4); change or delete them first\n");
    CHECK(db.dump() == schema);

    db.shell("DELETE FROM songs WHERE id > 2");
    run();
    CHECK(lines.size() == 1);
    db.shell("UPDATE songs SET year = '1990'");
    CHECK_THROWS_AS(downgrade(engine, "-1", history.revisions()), RowsInTheWay);
    CHECK(db.shell("SELECT version_num FROM strata_version") == "b2");
}
