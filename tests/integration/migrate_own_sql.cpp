// What the user's own SQL and code mean for the history: what is known after it, and what is said about it.

#include "migrate_revisions.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/migrate/upgrade_plan.hpp>
#include <strata/schema/table.hpp>

#include <unistd.h>

using namespace strata;
using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::schema::MetaData;
using test::History;
using test::TestDatabase;

namespace {

struct Legacy {
    std::int32_t id{};
    std::optional<std::string> note{};
};
STRATA_MODEL(Legacy, legacy_orders, id, note)
struct Song {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Song, songs, id, title)

MetaData with_legacy() {
    using namespace strata::schema;
    return {table(songs), table(legacy_orders)};
}
MetaData without_legacy() {
    using namespace strata::schema;
    return {table(songs)};
}

const Revision::Callback nothing = [](Operations&) {};

/// songs, then SQL that makes legacy_orders, then operations on it.
class Orders {
public:
    explicit Orders(const Revision& middle) {
        history_.add(
            "a1", {},
            [](Operations& op) {
                op.create_table(
                    "songs", {column("id", BigInteger{}).identity(), column("title", Text{}), primary_key("", {"id"})});
            },
            [](Operations& op) { op.drop_table("songs"); });
        history_.add(
            "c3", {"b2"},
            [](Operations& op) {
                op.add_column("legacy_orders", column("note", Text{}).nullable());
                op.create_index("", "legacy_orders", {"note"});
                op.drop_index("ix_legacy_orders_note", "legacy_orders");
            },
            [](Operations& op) { op.drop_column("legacy_orders", "note"); });
        revisions_ = history_.revisions();
        revisions_.push_back(&middle);
    }
    [[nodiscard]] const Revisions& revisions() const { return revisions_; }

private:
    History history_;
    Revisions revisions_;
};

constexpr const char* make_legacy = "CREATE TABLE legacy_orders (id integer NOT NULL PRIMARY KEY)";

Revision of_sql(const std::string& touches = {}) {
    return detail::sql_revision("b2", "20260101_000000_b2_legacy.sql",
                                "-- revises: a1\n-- upgrade\n" + touches + std::string(make_legacy) +
                                    ";\n-- downgrade\nDROP TABLE legacy_orders;\n");
}

Revision declaring() {
    return {
        "b2",
        "20260101_000000_b2_legacy.cpp",
        revises("a1"),
        "legacy",
        [](Operations& op) {
            op.execute(make_legacy).declares([](Operations& made) {
                made.create_table("legacy_orders", {column("id", Integer{}).identity(), primary_key("", {"id"})});
            });
        },
        [](Operations& op) {
            op.execute("DROP TABLE legacy_orders").declares([](Operations& gone) { gone.drop_table("legacy_orders"); });
        }};
}

/// The upgrade and the downgrade, run and as scripts, leave the same.
void check_ways(const TestDatabase& db, const Revisions& revisions) {
    const Engine engine(db.url());
    upgrade(engine, "head", revisions);
    db.shell("INSERT INTO legacy_orders (id, note) VALUES (1, 'x')");
    const auto made = db.dump();
    downgrade(engine, "a1", revisions, {}, Destructive::allowed);
    CHECK_THROWS(db.shell("SELECT * FROM legacy_orders"));
    downgrade(engine, "base", revisions, {}, Destructive::allowed);

    const TestDatabase offline(db.dialect());
    offline.shell(upgrade_script(engine.dialect(), "head", revisions));
    offline.shell("INSERT INTO legacy_orders (id, note) VALUES (1, 'x')");
    CHECK(offline.dump() == made);
    offline.shell(downgrade_script(engine.dialect(), "c3:a1", revisions));
    CHECK_THROWS(offline.shell("SELECT * FROM legacy_orders"));
    CHECK(offline.shell("SELECT count(*) FROM songs") == "0");
}

test::ToolRun check_offline(const TestDatabase& db, MetaData (*models)(), const Revisions& revisions) {
    return test::run_tool({"tool", "check", "--offline", "--url", db.url()}, {models, revisions, "migrations"});
}

}  // namespace

STRATA_DB_TEST("a table that an SQL revision makes is changed by operations, up and down, run and as a script",
               "[migrate][own_sql]") {
    const auto middle = of_sql();
    const Orders orders(middle);
    check_ways(db, orders.revisions());
    // Models that do not have the table can be compared anywhere.
    const auto without = check_offline(db, &without_legacy, orders.revisions());
    INFO(without.out << without.err);
    CHECK(without.code == (db.is_sqlite() ? 1 : 0));  // SQLite runs the SQL in memory, so it knows the table
    const auto with = check_offline(db, &with_legacy, orders.revisions());
    INFO(with.out << with.err);
    if (db.is_sqlite()) {
        CHECK(with.code == 0);
    } else {
        CHECK(with.code == 2);
        CHECK_THAT(with.err, Contains("FAILED: only the database knows what table legacy_orders is"));
    }
}

STRATA_DB_TEST("SQL of a revision is followed on a scratch database of the server that --scratch names",
               "[migrate][own_sql][scratch]") {
    const auto middle = of_sql();
    const Orders orders(middle);
    const Engine engine(db.url());
    upgrade(engine, "head", orders.revisions());
    const auto check = [&](const char* how, MetaData (*models)()) {
        return test::run_tool({"tool", "check", how, "--url", db.url(), "--scratch", db.url()},
                              {models, orders.revisions(), "migrations"});
    };
    const auto with = check("--offline", &with_legacy);
    INFO(with.out << with.err);
    if (!db.is_sqlite() && test::surrounding() == test::Surrounding::foreign) {
        CHECK(with.code == 2);
        CHECK_THAT(with.err, Contains("the role may create no database to try things in"));
        return;
    }
    if (db.is_sqlite())
        CHECK(with.code == 0);
    else  // what the SQL has really made, and the models have otherwise
        CHECK_THAT(with.out, Contains("alter column legacy_orders.id (add identity)") && !Contains("create table"));
    const auto without = check("--offline", &without_legacy);
    CHECK(without.code == 1);
    CHECK_THAT(without.out, Contains("drop table legacy_orders"));

    CHECK(check("--drift", &with_legacy).code == 0);
    db.shell("ALTER TABLE legacy_orders ADD by_hand integer");
    const auto drift = check("--drift", &with_legacy);
    CHECK(drift.code == 1);
    CHECK_THAT(drift.out, Contains("add column legacy_orders.by_hand"));
    if (!db.is_sqlite())
        CHECK(db.shell("SELECT count(*) FROM pg_database WHERE datname LIKE 'strata\\_scratch\\_" +
                       std::to_string(::getpid()) + "\\_%'") == "0");
}

STRATA_DB_TEST("a revision that declares what its SQL leaves is known everywhere", "[migrate][own_sql]") {
    const auto middle = declaring();
    const Orders orders(middle);
    check_ways(db, orders.revisions());
    const auto checked = check_offline(db, &with_legacy, orders.revisions());
    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);
    CHECK_THAT(check_offline(db, &without_legacy, orders.revisions()).out, Contains("drop table legacy_orders"));
}

TEST_CASE("own SQL keeps a script from changing the type of the tables that it names, and of no others",
          "[migrate][own_sql][script][postgresql]") {
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("id", Integer{}), column("plays", Integer{})});
            op.create_table("users", {column("id", Integer{})});
        },
        nothing);
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.execute("ALTER TABLE songs ADD CHECK (plays > 0)");
            op.execute("UPDATE users SET id = id + 1");
        },
        nothing);
    auto other = history;
    other.add("c3", {"b2"}, [](Operations& op) { op.alter_column("users", "id").type(BigInteger{}); }, nothing);
    const auto& dialect = core::dialect_for("postgresql");
    CHECK_THAT(upgrade_script(dialect, "head", other.revisions()),
               Contains("ALTER TABLE \"users\" ALTER COLUMN \"id\" TYPE BIGINT"));
    history.add("c3", {"b2"}, [](Operations& op) { op.alter_column("songs", "plays").type(BigInteger{}); }, nothing);
    CHECK_THROWS_WITH(
        upgrade_script(dialect, "head", history.revisions()),
        Contains("revision c3") && Contains("only the database knows what table songs is since revision b2"));
    // A name that nobody has made is still a mistake.
    History wrong;
    wrong.add("a1", {}, [](Operations& op) { op.execute("CREATE TABLE songs (id int)"); }, nothing);
    wrong.add("b2", {"a1"}, [](Operations& op) { op.add_column("sogns", column("a", Text{}).nullable()); }, nothing);
    CHECK_THROWS_WITH(upgrade_script(dialect, "head", wrong.revisions()), Contains("there is no table sogns"));
}

STRATA_DB_TEST("a table that own SQL has dropped or changed is known again when it is read or made anew",
               "[migrate][own_sql]") {
    const Engine engine(db.url());
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("songs", {column("id", Integer{}), column("title", Text{})});
            op.create_table("plays", {column("id", Integer{})});
        },
        nothing);
    history.add(
        "b2", {"a1"},
        [](Operations& op) { op.execute("DROP TABLE songs; ALTER TABLE plays ADD COLUMN number integer"); }, nothing);
    history.add(
        "c3", {"b2"},
        [](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{})});
            op.alter_column("plays", "number").type(Text{});
        },
        nothing);
    history.add("d4", {"c3"}, [](Operations& op) { op.rename_column("plays", "number", "count"); }, nothing);
    upgrade(engine, "head", history.revisions());
    db.shell("INSERT INTO plays (id, count) VALUES (1, 'many'); INSERT INTO songs (id) VALUES (1)");
    CHECK(db.shell("SELECT count FROM plays") == "many");
    CHECK_THROWS(db.shell("SELECT title FROM songs"));
}

STRATA_DB_TEST("a callback's name is shown wherever the callback is", "[migrate][own_sql]") {
    const Engine engine(db.url());
    History history;
    history.add("a1", {}, [](Operations& op) { op.create_table("songs", {column("slug", Text{})}); }, nothing);
    bool fails = true;
    history.add(
        "b2", {"a1"},
        [&](Operations& op) {
            op.run("backfill slugs", 2, [&](Connection& connection) {
                connection.execute("INSERT INTO songs VALUES ('aria')");
                if (fails) throw std::runtime_error("no luck");
            });
        },
        nothing);
    CHECK_THAT(upgrade_script(engine.dialect(), "head", history.revisions()),
               Contains("-- A callback of this revision is not part of the script, 'run backfill slugs (version 2)'; "
                        "run the revision online to have it."));
    upgrade(engine, "a1", history.revisions());
    {
        auto connection = engine.connect();
        CHECK_THAT(to_json(plan_upgrade(*connection, "head", history.revisions())),
                   Contains(R"x("operations":["run backfill slugs (version 2)"])x"));
    }
    const auto shown = test::run_tool({"tool", "plan", "--url", db.url()}, {&without_legacy, history.revisions(), "x"});
    CHECK_THAT(shown.out, Contains("-- the revision's own code runs here: run backfill slugs (version 2)"));
    CHECK_THROWS_WITH(upgrade(engine, "head", history.revisions()),
                      Contains("run backfill slugs (version 2): no luck"));
    fails = false;
    std::string progress;
    upgrade(engine, "head", history.revisions(), [&](const std::string& line) { progress += line + "\n"; });
    CHECK_THAT(progress, Contains("Running upgrade a1 -> b2, message\nRunning backfill slugs (version 2)\n"));
    CHECK(db.shell("SELECT slug FROM songs") == "aria");
}
