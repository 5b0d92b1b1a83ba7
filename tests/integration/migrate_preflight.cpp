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
