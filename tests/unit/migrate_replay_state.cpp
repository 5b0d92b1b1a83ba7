// The state of a history: what it costs to follow it, forwards and back, and what the user's own SQL makes unknown.

#include "history/history_state.hpp"
#include "history/sql_names.hpp"
#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>

#include <deque>
#include <set>
#include <string>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace {

/// Revisions one after another, each of which records what `upgrade` says for its number.
class Chain {
public:
    Chain(int count, const std::function<void(Operations&, int)>& upgrade) {
        for (int i = 0; i < count; ++i) {
            const auto parents = i == 0 ? Parents{} : revises(id(i - 1));
            list_.emplace_back(
                id(i), "", parents, "", [i, upgrade](Operations& op) { upgrade(op, i); }, [](Operations&) {});
            pointers_.push_back(&list_.back());
        }
    }
    [[nodiscard]] static std::string id(int i) { return "r" + std::to_string(i); }
    [[nodiscard]] const Revisions& revisions() const { return pointers_; }

private:
    std::deque<Revision> list_;
    Revisions pointers_;
};

/// One table, and then a column of it.
void table_or_column(Operations& op, int i) {
    const auto table = "t" + std::to_string(i / 2);
    if (i % 2 == 1)
        op.add_column(table, column("more", Integer{}).nullable());
    else if (i < 2)
        op.create_table(table, {column("id", Integer{}), primary_key("", {"id"})});
    else
        op.create_table(table, {column("id", Integer{}), column("up", Integer{}), primary_key("", {"id"}),
                                foreign_key("", {"up"}, "t" + std::to_string(i / 2 - 1), {"id"})});
}

std::size_t steps_to_replay(int count) {
    const Chain chain(count, table_or_column);
    const RevisionGraph graph(chain.revisions());
    ReplayedHistory history(graph);
    return history.at({Chain::id(count - 1)}).steps();
}

std::size_t steps_back(int count) {
    const Chain chain(count, table_or_column);
    const RevisionGraph graph(chain.revisions());
    ReplayedHistory history(graph);
    for (int i = count; i-- > 0;) static_cast<void>(history.at({Chain::id(i)}));
    return history.at({}).steps();
}

std::set<std::string> names(const char* dialect, const std::string& sql) {
    return names_changed_by(sql, strata::core::dialect_for(dialect).lexis());
}
using Names = std::set<std::string>;

}  // namespace

TEST_CASE("replay costs what the operations touch, so ten times the revisions cost ten times the steps",
          "[unit][migrate][replay]") {
    const auto few = steps_to_replay(200);
    CHECK(few >= 200);
    CHECK(steps_to_replay(2000) <= 12 * few);
}

TEST_CASE("taking back a history revision by revision replays it once", "[unit][migrate][replay]") {
    const auto few = steps_back(200);
    CHECK(few >= 400);
    CHECK(few <= 4 * steps_to_replay(200));
    CHECK(steps_back(2000) <= 12 * few);
}

TEST_CASE("thousands of revisions are replayed to the state that they make", "[unit][migrate][replay]") {
    const Chain chain(3000, table_or_column);
    const RevisionGraph graph(chain.revisions());
    const auto state = replay(graph, {Chain::id(2999)});
    REQUIRE(state.tables.size() == 1500);
    CHECK(state.tables.back().name.name == "t1499");
    CHECK(state.tables.back().find_column("more") != nullptr);
}

TEST_CASE("a history is followed to any revision of its branches and back", "[unit][migrate][replay]") {
    const auto make = [](const char* table) {
        return [table](Operations& op) { op.create_table(table, {column("id", Integer{})}); };
    };
    const Revision::Callback nothing = [](Operations&) {};
    const Revision a("a", "1", {}, "", make("ta"), nothing);
    const Revision b("b", "2", revises("a"), "", make("tb"), nothing);
    const Revision c("c", "3", revises("a"), "", [](Operations& op) { op.rename_table("ta", "tz"); }, nothing);
    const Revision d("d", "4", revises("b", "c"), "", [](Operations& op) { op.drop_table("tb"); }, nothing);
    const RevisionGraph graph({&a, &b, &c, &d});
    const auto tables = [](const ReplayState& state) {
        std::string text;
        for (const auto& table : state.metadata().tables) text += table.name.name + " ";
        return text;
    };
    ReplayedHistory history(graph);
    CHECK(tables(history.at({"d"})) == "tz ");
    CHECK(tables(history.at({"b", "c"})) == "tz tb ");
    CHECK(tables(history.at({"c"})) == "tz ");
    CHECK(tables(history.at({"b"})) == "ta tb ");
    CHECK(tables(history.at({})).empty());
    CHECK(tables(history.at({"c", "b"})) == "tz tb ");
    CHECK(tables(history.at({"a"})) == "ta ");
}

TEST_CASE("an operation that does not fit leaves the state as it was", "[unit][migrate][replay]") {
    ReplayState state;
    Operations op;
    op.create_table("songs", {column("id", Integer{}), column("title", Text{}), unique("uq", {"title"})});
    op.create_table("plays", {column("song", Integer{}), foreign_key("fk", {"song"}, "songs", {"id"})});
    for (const auto& operation : op.operations()) state.apply(operation);
    const auto before = state.metadata();
    CHECK_THROWS_AS(state.apply(DropTable{"songs"}), strata::MigrationError);
    CHECK_THROWS_AS(state.apply(DropTable{"songs", "kept"}), strata::MigrationError);
    CHECK_THROWS_AS(state.apply(RenameTable{"songs", "plays"}), strata::MigrationError);
    Operations declared;
    declared.execute("...").declares([](Operations& inner) {
        inner.drop_table("plays");
        inner.drop_table("nothing");
    });
    CHECK_THROWS_AS(state.apply(declared.operations().front()), strata::MigrationError);
    CHECK(state.metadata() == before);
}

TEST_CASE("the names that SQL changes are read by the database's own rules", "[unit][migrate][replay]") {
    for (const char* dialect : {"sqlite", "postgresql"}) {
        CHECK(names(dialect, "CREATE TABLE IF NOT EXISTS Legacy (id int REFERENCES users (id), note text)") ==
              Names{"legacy"});
        CHECK(names(dialect, "ALTER TABLE songs RENAME TO \"Old Songs\"; -- DROP TABLE users") ==
              Names{"songs", "old songs"});
        CHECK(names(dialect, "ALTER TABLE music.songs ADD COLUMN users int") == Names{"songs"});
        CHECK(names(dialect, "DROP TABLE a; DROP VIEW IF EXISTS b") == Names{"a", "b"});
        CHECK(names(dialect, "UPDATE songs SET title = 'DROP TABLE users'; DELETE FROM plays") == Names{});
        CHECK(names(dialect, "CREATE UNIQUE INDEX ix ON songs (title)") == Names{"ix", "songs"});
        CHECK(names(dialect, "CREATE VIEW list AS SELECT * FROM songs") == Names{"list"});
        CHECK(names(dialect, "SELECT count(*) FROM songs; INSERT INTO songs SELECT * FROM plays") == Names{});
    }
    CHECK(names("sqlite", "ALTER TABLE [my songs] ADD COLUMN a").contains("my songs"));
    CHECK(names("postgresql", "SELECT * INTO copied FROM songs") == Names{"copied"});
    CHECK(names("postgresql", "DO $$ BEGIN EXECUTE 'x'; DROP TABLE songs; END $$").contains("songs"));
    CHECK_FALSE(names("postgresql", "CREATE FUNCTION f() RETURNS void AS $$ DROP TABLE songs $$ LANGUAGE sql")
                    .contains("songs"));
}

TEST_CASE("the user's own SQL makes only what it names unknown, until that is gone", "[unit][migrate][replay]") {
    ReplayState state;
    const auto run = [&](const std::function<void(Operations&)>& what) {
        Operations op;
        what(op);
        for (const auto& operation : op.operations())
            if (const auto* sql = std::get_if<Execute>(&operation))
                state.note_sql(*sql, "a1", nullptr);
            else
                state.apply(operation);
    };
    run([](Operations& op) {
        for (const char* name : {"songs", "users", "plays"}) op.create_table(name, {column("id", Integer{})});
        op.create_view("song_list", "SELECT id FROM songs");
    });
    const auto mark = state.mark();
    run([](Operations& op) {
        op.execute("ALTER TABLE songs ADD COLUMN more int; CREATE TABLE legacy (id int)");
        op.execute("SELECT everything()").touches({{ObjectKind::view, "song_list"}});
    });
    CHECK(state.is_unknown("songs"));
    CHECK(state.is_unknown("legacy"));
    CHECK(state.is_unknown(ObjectRef{ObjectKind::view, "song_list"}));
    CHECK_FALSE(state.is_unknown("users"));
    CHECK_FALSE(state.is_unknown("plays"));
    run([](Operations& op) { op.rename_table("songs", "tracks"); });
    CHECK(state.is_unknown("tracks"));
    run([](Operations& op) {
        op.drop_table("tracks");
        op.create_table("tracks", {column("id", Integer{})});
        op.replace_view("song_list", "SELECT id FROM users");
    });
    CHECK_FALSE(state.is_unknown("tracks"));
    CHECK_FALSE(state.is_unknown(ObjectRef{ObjectKind::view, "song_list"}));
    state.undo_to(mark);
    CHECK_FALSE(state.unknown().any);
    CHECK_FALSE(state.is_unknown("songs"));
    CHECK_FALSE(state.is_unknown("legacy"));
    run([](Operations& op) { op.execute("DROP TABLE songs").touches({}); });
    CHECK(state.unknown().any);
    CHECK_FALSE(state.is_unknown("songs"));
}

TEST_CASE("what SQL declares is what replay does in its place", "[unit][migrate][replay]") {
    Operations op;
    op.execute("whatever").declares([](Operations& inner) {
        inner.create_table("legacy", {column("id", Integer{})});
        inner.add_column("legacy", column("note", Text{}).nullable());
    });
    op.drop_column("legacy", "id");
    MetaData state;
    for (const auto& operation : op.operations()) apply(state, operation);
    REQUIRE(state.find("legacy") != nullptr);
    CHECK(state.find("legacy")->columns.size() == 1);
    CHECK(describe(op.operations().front()) == "execute: whatever");
    CHECK(op.operations().front() == Operation(op.operations().front()));
    Operations other;
    other.execute("whatever");
    CHECK_FALSE(other.operations().front() == op.operations().front());
    CHECK_THROWS_WITH(other.execute("x").declares([](Operations& inner) { inner.run([](Connection&) {}); }),
                      Contains("run a callback"));
}

TEST_CASE("a named callback says its name and its version", "[unit][migrate]") {
    Operations op;
    op.run("backfill slugs", 2, [](Connection&) {});
    op.run("backfill slugs", 2, [](Connection&) {});
    op.run("backfill slugs", 3, [](Connection&) {});
    op.run([](Connection&) {});
    const auto& list = op.operations();
    CHECK(describe(list[0]) == "run backfill slugs (version 2)");
    CHECK(describe(list[3]) == "run a callback");
    CHECK(list[0] == list[1]);
    CHECK_FALSE(list[1] == list[2]);
    CHECK_FALSE(list[3] == Operation(list[3]));
    CHECK_THROWS_WITH(op.run(" ", 1, [](Connection&) {}), Contains("needs a name"));
    CHECK_THROWS_WITH(op.run("x", 0, [](Connection&) {}), Contains("needs a version"));
    CHECK_THROWS_WITH(op.run("x", 1, nullptr), Contains("needs a callback"));
}

TEST_CASE("a revision of SQL says what it touches", "[unit][migrate]") {
    const auto touched = [](const std::string& line) {
        return std::get<Execute>(detail::sql_revision("a", "a.sql", "-- upgrade\n" + line + "\nSELECT 1;\n")
                                     .upgrade_operations()
                                     .front())
            .touched;
    };
    CHECK(touched("-- nothing said") == std::nullopt);
    CHECK(touched("-- touches: nothing") == std::vector<ObjectRef>{});
    CHECK(touched("-- touches: table legacy_orders, materialized view music.list") ==
          std::vector<ObjectRef>{{ObjectKind::table, "legacy_orders"},
                                 {ObjectKind::materialized_view, {"music", "list"}}});
    CHECK_THAT(detail::sql_revision("a", "a.sql", "-- upgrade\n-- touches: songs\nSELECT 1;\n").fault,
               Contains("has an entry 'songs'"));
}
