// Every word of the vocabulary is found as a difference, carried out, and taken back.

#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "support/catch.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata::migrate;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

using Lines = std::vector<std::string>;

MetaData recorded(const std::function<void(Operations&)>& record) {
    Operations op;
    record(op);
    MetaData metadata;
    for (const auto& operation : op.operations()) apply(metadata, operation);
    return metadata;
}

void tables(Operations& op) {
    op.create_table("users", {column("id", BigInteger{}).identity(Numbering::by_default), column("room", Integer{}),
                              column("email", Text{}), primary_key("pk_users", {"id"}),
                              unique("uq_users_room", {"room", "email"}), index("ix_users_email", {"email"})});
    op.create_table(
        "songs", {column("id", BigInteger{}), column("room", Integer{}).nullable(), column("email", Text{}).nullable(),
                  primary_key("pk_songs", {"id"}),
                  foreign_key("fk_songs", {"room", "email"}, "users", {"room", "email"}), check("ck_songs", "id > 0")});
}

struct Change {
    const char* name;
    std::function<void(MetaData&)> change;
};

strata::schema::Table& songs(MetaData& state) { return *state.find("songs"); }
strata::schema::Table& users(MetaData& state) { return *state.find("users"); }

/// The difference is found, carried out, and taken back: then pg_dump shows what it showed before.
void go_there_and_back(const MetaData& before, const MetaData& after) {
    const TestDatabase db(TestDialect::postgresql);
    {
        auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
        create_tables(connection, before);
    }
    auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
    const auto dump = db.dump();
    const auto history = [&](const MetaData& wanted, const MetaData& known) {
        return own_differences(connection, wanted, known);
    };
    const auto there = history(after, before);
    CHECK_FALSE(there.empty());
    run_operations(connection, there, before);
    CHECK(described(history(after, after)) == Lines{});
    run_operations(connection, reverse_all(there, before), after);
    CHECK(db.dump() == dump);
    CHECK(described(history(before, before)) == Lines{});
}

}  // namespace

TEST_CASE("what PostgreSQL keeps besides columns is found, changed and taken back",
          "[migrate][vocabulary][postgresql]") {
    const std::vector<Change> changes{
        {"a deferrable key", [](auto& m) { songs(m).foreign_keys[0].deferrable = Deferrable::initially_deferred; }},
        {"MATCH FULL", [](auto& m) { songs(m).foreign_keys[0].match = Match::full; }},
        {"a key that is not valid", [](auto& m) { songs(m).foreign_keys[0].not_valid = true; }},
        {"a check that is not valid", [](auto& m) { songs(m).checks[0].not_valid = true; }},
        {"NO INHERIT", [](auto& m) { songs(m).checks[0].no_inherit = true; }},
        {"NULLS NOT DISTINCT",
         [](auto& m) { users(m).indexes[0].unique = users(m).indexes[0].nulls_not_distinct = true; }},
        {"EXCLUDE", [](auto& m) { users(m).excludes = {{"ex_users", "btree", {{"email"}}, {"="}}}; }},
        {"storage parameters", [](auto& m) { users(m).parameters = {"fillfactor=70"}; }},
        {"an unlogged table", [](auto& m) { songs(m).unlogged = true; }},
        {"row security", [](auto& m) { users(m).row_security = users(m).force_row_security = true; }},
        {"replica identity", [](auto& m) { users(m).replica_identity = "FULL"; }},
        {"CLUSTER on a key", [](auto& m) { users(m).cluster_on = users(m).primary_key->name; }},
        {"identity ALWAYS", [](auto& m) { users(m).columns[0].identity = Numbering::always; }},
        {"options of an identity",
         [](auto& m) { users(m).columns[0].identity.options = {.increment = 5, .cache = 10}; }},
        {"a serial", [](auto& m) { users(m).columns[0].identity = Numbering::serial; }},
        {"a collation", [](auto& m) { songs(m).columns[2].collation = "C"; }},
        {"a storage and statistics",
         [](auto& m) { songs(m).columns[2].storage = "EXTERNAL", songs(m).columns[2].statistics = 500; }},
        {"an operator class", [](auto& m) { users(m).indexes[0].elements[0].operator_class = "text_pattern_ops"; }},
        {"an index method", [](auto& m) { users(m).indexes[0].method = "hash"; }},
        {"INCLUDE", [](auto& m) { users(m).indexes[0].include = {"room"}; }},
        {"a comment of a constraint", [](auto& m) { songs(m).checks[0].comment = "only positive"; }},
        {"a sequence",
         [](auto& m) { m.objects.push_back({{ObjectKind::sequence, "tickets"}, "CREATE SEQUENCE tickets"}); }},
        {"a view and what it needs",
         [](auto& m) {
             m.objects.push_back({{ObjectKind::view, "song_list"}, "CREATE VIEW song_list AS SELECT genre FROM songs"});
             songs(m).columns.push_back(column("genre", Text{}).nullable());
         }},
        {"a function, and a trigger that calls it",
         [](auto& m) {
             m.objects.push_back({{ObjectKind::trigger, "touch", "songs"},
                                  "CREATE TRIGGER touch BEFORE UPDATE ON songs FOR EACH ROW EXECUTE FUNCTION touch()"});
             m.objects.push_back(
                 {{ObjectKind::function, "touch"},
                  "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"});
         }},
        {"a domain, and a column of it",
         [](auto& m) {
             m.objects.push_back({{ObjectKind::domain, "percent"}, "CREATE DOMAIN percent AS integer"});
             songs(m).columns.push_back(column("share", UserType{"percent"}).nullable());
         }},
    };
    for (const auto& each : changes) {
        INFO(each.name);
        const auto before = recorded(tables);
        auto after = before;
        each.change(after);
        go_there_and_back(before, after);
    }
}

TEST_CASE("what is said of an index, and what counts, survives a change of it and the way back",
          "[migrate][vocabulary][postgresql]") {
    struct Pair {
        const char* name;
        std::function<void(MetaData&)> before;
        std::function<void(MetaData&)> after;
    };
    const auto sequence = [](const char* options) {
        return [=](MetaData& m) {
            m.objects = {{{ObjectKind::sequence, "tickets"}, std::string("CREATE SEQUENCE tickets") + options}};
        };
    };
    const auto moods = [](std::vector<std::string> labels, const char* comment) {
        return [=](MetaData& m) {
            Object mood{{ObjectKind::enum_type, "mood"}};
            mood.labels = labels;
            mood.comment = comment;
            m.objects = {mood};
            auto& columns = songs(m).columns;
            std::erase_if(columns, [](const auto& each) { return each.name == "mood"; });
            columns.push_back(column("mood", Enum("mood", labels)).nullable());
        };
    };
    const std::vector<Pair> pairs{
        {"CLUSTER on a constraint that goes",
         [](auto& m) { songs(m).uniques = {{"uq_songs", {"email"}}}, songs(m).cluster_on = "uq_songs"; },
         [](auto& m) { songs(m).uniques.clear(), songs(m).cluster_on.clear(); }},
        {"CLUSTER on a key that is made anew", [](auto& m) { songs(m).cluster_on = "pk_songs"; },
         [](auto& m) { songs(m).primary_key->index_comment = "by number"; }},
        {"CLUSTER moves to an index", [](auto& m) { songs(m).cluster_on = "pk_songs"; },
         [](auto& m) {
             songs(m).cluster_on.clear();
             songs(m).indexes = {{"ix_songs", {{"email"}}}};
             songs(m).indexes[0].clustered = true;
         }},
        {"CLUSTER moves from an index",
         [](auto& m) {
             songs(m).indexes = {{"ix_songs", {{"email"}}}};
             songs(m).indexes[0].clustered = true;
         },
         [](auto& m) { songs(m).cluster_on = "pk_songs", songs(m).indexes.clear(); }},
        {"a replica identity whose constraint goes",
         [](auto& m) {
             songs(m).uniques = {{"uq_songs", {"id"}}};
             songs(m).replica_identity = "USING INDEX \"uq_songs\"";
         },
         [](auto& m) { songs(m).uniques.clear(), songs(m).replica_identity.clear(); }},
        {"a replica identity whose index is made anew",
         [](auto& m) {
             songs(m).indexes = {{"ix_songs", {{"id"}}}};
             songs(m).indexes[0].unique = true;
             songs(m).replica_identity = "USING INDEX \"ix_songs\"";
         },
         [](auto& m) { songs(m).indexes[0].comment = "by number"; }},
        {"a sequence gets a column that owns it", sequence(""),
         [](auto& m) {
             songs(m).columns.push_back(column("ticket", BigInteger{}).nullable());
             m.objects[0].completions = {"ALTER SEQUENCE tickets OWNED BY songs.ticket"};
         }},
        {"a sequence and a column that owns it", [](auto&) {},
         [](auto& m) {
             songs(m).columns.push_back(column("ticket", BigInteger{}).nullable());
             m.objects = {{{ObjectKind::sequence, "tickets"}, "CREATE SEQUENCE tickets"}};
             m.objects[0].completions = {"ALTER SEQUENCE tickets OWNED BY songs.ticket"};
         }},
        {"a check of a system column", [](auto&) {}, [](auto& m) { songs(m).checks = {{"ck_songs", "tableoid > 0"}}; }},
        {"the start of a sequence", sequence(" START WITH 100"), sequence("")},
        {"the start of a sequence that counts down", sequence(" INCREMENT BY -1"),
         sequence(" INCREMENT BY -2 MINVALUE -500 MAXVALUE 10")},
        {"labels and comment of an enum type", moods({"calm", "wild"}, "of a song"),
         moods({"calm", "sad", "wild"}, "how it sounds")},
    };
    for (const auto& each : pairs) {
        INFO(each.name);
        auto before = recorded(tables);
        each.before(before);
        auto after = before;
        each.after(after);
        go_there_and_back(before, after);
    }
}

TEST_CASE("the comment of a numbered column's sequence is changed after the table and the column got other names",
          "[migrate][vocabulary][postgresql]") {
    const auto numbered = [](Numbering kind, std::string comment) {
        strata::schema::SequenceOptions options;
        options.comment = std::move(comment);
        return strata::schema::Identity(kind, {}, options);
    };
    const Numbering kind = GENERATE(Numbering::always, Numbering::by_default, Numbering::serial);
    INFO("numbering " << static_cast<int>(kind));
    const TestDatabase db(TestDialect::postgresql);
    const strata::core::Engine engine(db.url());
    History history;
    history.add(
        "a1", {},
        [&](Operations& op) {
            op.create_table("songs", {column("id", BigInteger{}).identity(numbered(kind, "counts songs")),
                                      primary_key("pk_songs", {"id"})});
            op.create_table("lists", {column("name", Text{})});
            op.add_column("lists", column("id", Integer{}).identity(numbered(kind, "counts lists")));
        },
        [](Operations& op) { op.drop_table("lists"), op.drop_table("songs"); });
    history.add(
        "b2", {"a1"},
        [&](Operations& op) {
            op.rename_table("songs", "tracks");
            op.rename_column("lists", "id", "number");
            if (kind == Numbering::serial) return;  // whose sequence is made under the name that the first one has kept
            op.create_table("songs", {column("id", BigInteger{}).identity(numbered(kind, "counts new songs"))});
        },
        [&](Operations& op) {
            if (kind != Numbering::serial) op.drop_table("songs");
            op.rename_column("lists", "number", "id");
            op.rename_table("tracks", "songs");
        });
    history.add(
        "c3", {"b2"},
        [&](Operations& op) {
            op.alter_column("tracks", "id").identity(numbered(kind, "it's $strata$ %s"));
            op.alter_column("lists", "number").identity(numbered(kind, ""));
        },
        [&](Operations& op) {
            op.alter_column("lists", "number").identity(numbered(kind, "counts lists"));
            op.alter_column("tracks", "id").identity(numbered(kind, "counts songs"));
        });
    const auto comment = [&](const std::string& table, const std::string& column) {
        return db.shell("SELECT obj_description(pg_get_serial_sequence('" + table + "', '" + column +
                        "')::regclass, 'pg_class')");
    };
    const auto sequences = [&] {
        return db.shell("SELECT oid, relname FROM pg_class WHERE relkind = 'S' ORDER BY oid");
    };
    upgrade(engine, "b2", history.revisions());
    CHECK(comment("tracks", "id") == "counts songs");
    CHECK(comment("lists", "number") == "counts lists");
    if (kind != Numbering::serial) CHECK(comment("songs", "id") == "counts new songs");
    const auto before = sequences();
    upgrade(engine, "c3", history.revisions());
    CHECK(comment("tracks", "id") == "it's $strata$ %s");
    CHECK(comment("lists", "number").empty());
    CHECK(sequences() == before);
    downgrade(engine, "-1", history.revisions());
    CHECK(comment("tracks", "id") == "counts songs");
    CHECK(comment("lists", "number") == "counts lists");
    CHECK(sequences() == before);
    db.shell(upgrade_script(engine.dialect(), "b2:c3", history.revisions()));
    CHECK(comment("tracks", "id") == "it's $strata$ %s");
    db.shell(downgrade_script(engine.dialect(), "c3:base", history.revisions()));
    CHECK(db.shell("SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relname NOT LIKE 'strata%'") == "0");
}

TEST_CASE("a type that one database alone has is compared, never passed over in silence", "[migrate][vocabulary]") {
    struct Types {
        TestDialect dialect;
        Type from;
        Type to;
    };
    const std::vector<Types> all{
        {TestDialect::postgresql, Native("json"), JsonType()},
        {TestDialect::postgresql, Native("char(10)"), Text()},
        {TestDialect::postgresql, Native("money"), Numeric(10, 2)},
        {TestDialect::postgresql, Native("inet"), Text()},
        {TestDialect::postgresql, Native("inet"), Native("cidr")},
        {TestDialect::postgresql, Native("bit(3)"), Native("bit(5)")},
        {TestDialect::postgresql, DateTime(3), DateTime(0)},
        {TestDialect::sqlite, Native("DATETIME"), Text()},
        {TestDialect::sqlite, Native("CHARACTER(10)"), Integer()},
        {TestDialect::sqlite, NoType(), Integer()},
    };
    for (const auto& types : all) {
        INFO(types.from.native << " to " << types.to.native);
        const auto with = [](const Type& type) {
            return recorded([&](Operations& op) {
                op.create_table(
                    "t", {column("id", BigInteger{}), column("c", type).nullable(), primary_key("pk_t", {"id"})});
            });
        };
        const TestDatabase db(types.dialect);
        auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
        create_tables(connection, with(types.from));
        CHECK(described(differences(connection, with(types.from))) == Lines{});
        const auto found = differences(connection, with(types.to));
        CHECK(described(found) == Lines{"alter column t.c (type)"});
        run_operations(connection, found, with(types.from));
        CHECK(described(differences(connection, with(types.to))) == Lines{});
    }
    // The same type under another of its names is no difference.
    const TestDatabase db(TestDialect::postgresql);
    auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
    db.shell("CREATE TABLE t (a varchar, b character(3), c time(2) with time zone, d integer[])");
    const auto models = recorded([](Operations& op) {
        op.create_table("t",
                        {column("a", Native("character varying")).nullable(), column("b", Native("char(3)")).nullable(),
                         column("c", Native("timetz(2)")).nullable(), column("d", Native("int4[]")).nullable()});
    });
    CHECK(described(differences(connection, models)) == Lines{});
}

STRATA_DB_TEST("views and triggers are made, replaced and dropped by revisions", "[migrate][vocabulary]") {
    const auto before = recorded(tables);
    auto with = before;
    with.objects.push_back({{ObjectKind::view, "song_list"}, "CREATE VIEW song_list AS SELECT id FROM songs"});
    auto other = before;
    other.objects.push_back({{ObjectKind::view, "song_list"}, "CREATE VIEW song_list AS SELECT id, room FROM songs"});
    auto connection = strata::core::Connection(strata::core::Url::parse(db.url()));
    create_tables(connection, before);
    const auto run = [&](const MetaData& from, const MetaData& to, const Lines& lines) {
        const auto operations = own_differences(connection, to, from);
        CHECK(described(operations) == lines);
        run_operations(connection, operations, from);
        CHECK(described(own_differences(connection, to, to)) == Lines{});
    };
    run(before, with, {"create view song_list"});
    run(with, other, {"replace view song_list"});
    db.shell("INSERT INTO users (id, room, email) VALUES (1, 2, 'x'); INSERT INTO songs VALUES (1, 2, 'x')");
    CHECK(db.shell("SELECT * FROM song_list") == "1|2");
    // Where no revision made it, it is compared as the database would print it.
    auto spelt = before;
    spelt.objects.push_back({{ObjectKind::view, "song_list"},
                             db.is_postgresql() ? "create view song_list as\n  select songs.id, songs.room from songs"
                                                : "create view song_list as select id,\n  room from songs"});
    CHECK(described(own_differences(connection, spelt)) == Lines{});
    run(other, before, {"drop view song_list"});

    Operations op;
    op.create_view("v", "SELECT id FROM songs");
    op.rename_object({ObjectKind::view, "v"}, "w");
    op.replace_view("w", "SELECT room FROM songs");
    MetaData state = before;
    run_operations(connection, op.operations(), state);
    CHECK(db.shell("SELECT * FROM w") == "2");
    const auto back = reverse_all(op.operations(), before);
    for (const auto& operation : op.operations()) apply(state, operation);
    run_operations(connection, back, state);
    CHECK(described(own_differences(connection, before, before)) == Lines{});
}
