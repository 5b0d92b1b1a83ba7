#include "migrate_rebuild_support.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/table.hpp>

using namespace strata::migrate;
using namespace strata::test;
using Catch::Matchers::Contains;
using strata::core::Value;
using strata::schema::MetaData;
using strata::schema::Table;

namespace {

using Lines = std::vector<std::string>;

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

/// Every type, with and without a default, and every feature of the vocabulary.
MetaData everything(bool postgresql) {
    Operations op;
    op.create_table("owners", {column("a", Integer{}), column("b", String{10}), primary_key("pk_owners", {"a", "b"}),
                               unique("uq_owners_b", {"b"})});
    op.create_table(
        "every",
        {column("id", BigInteger{}).identity(),
         column("boolean_", Boolean{}).server_default(literal(true)),
         column("small_", SmallInteger{}).server_default(literal(-1)),
         column("integer_", Integer{}).nullable().server_default(literal(0)),
         column("big_", BigInteger{}).server_default(literal(9223372036854775807)),
         column("real_", Real{}).server_default(literal(1.5)),
         column("double_", Double{}).server_default(literal(-0.1)),
         column("string_", String{30}).server_default(literal("it's \\ \"x\"")),
         column("text_", Text{}).server_default(literal("")),
         column("bytes_", LargeBinary{}).nullable(),
         column("numeric_", Numeric{8, 2}).server_default(literal(Kind::numeric, "1.50")),
         column("exact_", Numeric{30, 10}).server_default(literal(Kind::numeric, "1234567890.1234567891")),
         column("free_", Numeric{}).nullable(),
         column("date_", DateType{}).server_default(literal(Kind::date, "2026-11-20")),
         column("time_", TimeType{}).nullable(),
         column("timestamp_", DateTime{}).nullable(),
         column("instant_", DateTimeTz{}).server_default(now()),
         column("uuid_", UuidType{}).nullable(),
         column("json_", JsonType{}).server_default(literal(Kind::json, "{\"a\": [1, 2]}")),
         column("list_", Array(Text{})).nullable(),
         column("numbers_", Array(Integer{})).nullable(),
         column("enum_", Enum{"mood", {"sad", "it's", "glad"}}).server_default(literal("it's")),
         column("computed_", Integer{}).computed("small_ * 2 + length(text_)").nullable(),
         column("expression_", Integer{}).nullable().server_default(sql("1 + abs(-2)")),
         column("owner_a", Integer{}).nullable(),
         column("owner_b", String{10}).nullable(),
         primary_key("pk_every", {"id"}),
         unique("uq_every_string__text_", {"string_", "text_"}),
         foreign_key("fk_owner", {"owner_a", "owner_b"}, "owners", {"a", "b"}).on_delete(set_null).on_update(cascade),
         foreign_key("fk_owner_b", {"owner_b"}, "owners", {"b"}).on_delete(restrict),
         foreign_key("fk_self", {"big_"}, "every", {"id"}).on_delete(cascade),
         check("ck_every_a", "small_ BETWEEN -5 AND 5 OR text_ IN ('x', 'y')"),
         check("ck_every_b", "string_ <> 'a;b' AND (integer_ IS NULL OR integer_ != 7)"),
         index("ix_every_desc", {desc("small_"), "text_"}),
         index("ix_every_unique", {"uuid_"}).unique(),
         index("ix_every_partial", {"text_"}).where("small_ > 0 AND enum_ = 'sad'"),
         index("ix_every_expression", {expression("lower(text_)"), "id"}).where("text_ IN ('x', 'y')"),
         comment("all there is")});
    MetaData metadata;
    for (const auto& operation : op.operations()) apply(metadata, operation);
    if (postgresql) {
        auto& table = *metadata.find("every");
        table.columns.push_back(column("random_", UuidType{}).server_default(sql("GEN_RANDOM_UUID()")));
        table.columns.push_back(column("zoned_", DateTime{}).server_default(sql("TIMEZONE('utc', CURRENT_TIMESTAMP)")));
        table.columns.push_back(column("none_", Array(Integer{})).server_default(sql("ARRAY[]::integer[]")));
        table.columns.push_back(column("inet_", Native{"inet"}).nullable());
    }
    return metadata;
}

}  // namespace

STRATA_DB_TEST("an unchanged schema of every type and feature has no differences", "[autogenerate]") {
    auto connection = connect(db);
    const auto models = everything(db.is_postgresql());
    create_tables(connection, models);
    CHECK(described(differences(connection, models)) == Lines{});
    // Nor after a round through the changes of everything that can be changed.
    std::vector<Operation> changes;
    for (const auto& each : models.find("every")->columns) {
        if (each.computed || each.identity) continue;
        AlterColumn change{"every", each.name};
        change.patch.set(&Column::server_default, std::nullopt);
        changes.emplace_back(change);
    }
    auto state = models;
    for (const auto& operation : changes) apply(state, operation);
    run_operations(connection, changes, models);
    CHECK(differences(connection, models).size() == (db.is_postgresql() ? 18U : 15U));
    run_operations(connection, reverse_all(changes, models), state);
    CHECK(described(differences(connection, models)) == Lines{});
}

STRATA_DB_TEST("what is changed in the database by hand is found", "[autogenerate]") {
    auto connection = connect(db);
    const auto models = music();
    create_tables(connection, models);
    db.shell(
        "DROP INDEX ix_songs_status_rating; CREATE INDEX extra ON tags (weight); ALTER TABLE songs ADD COLUMN lost "
        "TEXT;"
        "CREATE TABLE more (id integer PRIMARY KEY); ALTER TABLE albums RENAME COLUMN title TO name");
    const auto found = differences(connection, models);
    CHECK(described(found) == Lines{"drop table more", "create index ix_songs_status_rating on songs",
                                    "drop column songs.lost", "drop index extra on tags", "drop column albums.shown",
                                    "add column albums.title", "add column albums.shown", "drop column albums.name"});
}

STRATA_DB_TEST("views, triggers and other objects that no revision made are kept", "[autogenerate]") {
    auto connection = connect(db);
    auto models = music();
    create_tables(connection, models);
    db.shell(music_rows);
    db.shell("CREATE VIEW song_list AS SELECT id, title FROM songs");
    if (db.is_sqlite())
        db.shell(
            "CREATE TRIGGER songs_ai AFTER INSERT ON songs BEGIN UPDATE users SET name = 'sang' WHERE id = "
            "new.user_id; END");
    else
        db.shell(
            "CREATE FUNCTION sang() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET name = 'sang' WHERE "
            "id = "
            "new.user_id; RETURN new; END $$; CREATE TRIGGER songs_ai AFTER INSERT ON songs FOR EACH ROW EXECUTE "
            "FUNCTION sang()");
    CHECK(described(own_differences(connection, models, models)) == Lines{});
    models.find("songs")->checks.push_back({"ck_songs_year", "year <> 'never'"});
    models.find("songs")->columns.push_back(column("made_at", DateTimeTz{}).server_default(now()));
    const auto before = music();
    run_operations(connection, own_differences(connection, models, before), before);
    CHECK(described(own_differences(connection, models, models)) == Lines{});
    db.shell("INSERT INTO songs (title, user_id) VALUES ('New', 1)");
    CHECK(db.shell("SELECT name FROM users WHERE id = 1") == "sang");
    CHECK(db.shell("SELECT title FROM song_list ORDER BY id") == "Aria\nCanon\nDirge\nNew");
    CHECK(db.shell("SELECT count(*) FROM tags") == "3");
}

STRATA_DB_TEST("values of a type become the same values of another type on both databases", "[autogenerate][rebuild]") {
    auto connection = connect(db);
    const auto becomes = [&](const Type& from, const Type& to, const std::string& value) {
        MetaData state;
        Operations op;
        op.create_table("w", {column("k", Integer{}), column("v", from).nullable(), primary_key("pk_w", {"k"})});
        for (const auto& operation : op.operations()) apply(state, operation);
        create_tables(connection, state);
        db.shell("INSERT INTO w VALUES (1, " + value + "), (2, NULL)");
        AlterColumn change{"w", "v"};
        change.patch.set(&Column::type, to);
        std::string result;
        try {
            run_operations(connection, {change}, state);
            apply(state, change);
            result = db.shell("SELECT v FROM w ORDER BY k");
        } catch (const strata::Error& error) {
            INFO(error.what());
            CHECK(std::string(error.what()).find("secret") == std::string::npos);
            CHECK(db.shell("SELECT v FROM w ORDER BY k") != "");
            result = "refused";
        }
        run_operations(connection, {DropTable{"w"}}, state);
        return result;
    };
    CHECK(becomes(Text{}, Integer{}, "'42'") == "42\n");
    CHECK(becomes(Text{}, Integer{}, "'secret'") == "refused");
    CHECK(becomes(Text{}, SmallInteger{}, "'70000'") == "refused");
    CHECK(becomes(BigInteger{}, Integer{}, "3000000000") == "refused");
    CHECK(becomes(Integer{}, Text{}, "42") == "42\n");
    CHECK(becomes(String{20}, String{5}, "'secret'") == "refused");
    CHECK(becomes(String{20}, String{6}, "'secret'") == "secret\n");
    CHECK(becomes(Numeric(10, 2), Text{}, "1.5") == "1.50\n");
    CHECK(becomes(Numeric(10, 2), Numeric(4, 2), "123.45") == "refused");
    CHECK(becomes(Numeric(10, 3), Numeric(10, 1), "1.26") == "1.3\n");
    CHECK(becomes(Text{}, Numeric(10, 2), "'secret'") == "refused");
    CHECK(becomes(Integer{}, Numeric(20, 2), "12") == "12.00\n");
    CHECK(becomes(BigInteger{}, Numeric(20, 1), "9007199254740993") == "9007199254740993.0\n");
    CHECK(becomes(Numeric(10, 2), Numeric(20, 4), "1.5") == "1.5000\n");
    CHECK(becomes(Numeric(20, 2), Numeric(30, 10), "'-1.50'") == "-1.5000000000\n");
    CHECK(becomes(Numeric(20, 4), Numeric(20, 2), "'1.2350'") == "1.24\n");
    CHECK(becomes(Numeric(20, 4), Numeric(20, 2), "'-1.2350'") == "-1.24\n");
    CHECK(becomes(Numeric(20, 4), Numeric(20, 2), "'-0.0010'") == "0.00\n");
    CHECK(becomes(Numeric(30, 4), Numeric(30, 2), "'9999999999999999.9950'") == "10000000000000000.00\n");
    CHECK(becomes(Numeric(30, 4), Numeric(30, 0), "'9999999999999999.4999'") == "9999999999999999\n");
    CHECK(becomes(Numeric(30, 4), Numeric(30, 0), "'0.5000'") == "1\n");
    CHECK(becomes(Numeric(30, 4), Numeric(18, 4), "'999999999999999.0000'") == "refused");
    CHECK(becomes(Text{}, Numeric(20, 2), "'1.005'") == "1.01\n");
    CHECK(becomes(Text{}, Numeric(20, 2), "'secret'") == "refused");
    CHECK(becomes(Double{}, Numeric(20, 2), "0.125") == "0.13\n");
    CHECK(becomes(Boolean{}, Text{}, "'1'") == "true\n");
    CHECK(becomes(Boolean{}, SmallInteger{}, "'1'") == "1\n");
    CHECK(becomes(Integer{}, Boolean{}, "7") == "refused");
    CHECK(becomes(Text{}, Boolean{}, "'secret'") == "refused");
    CHECK(becomes(Text{}, DateType{}, "'2024-02-30'") == "refused");
    CHECK(becomes(Text{}, DateType{}, "'2024-02-29'") == "2024-02-29\n");
    CHECK(becomes(Text{}, DateTime{}, "'2024-02-30 10:00:00'") == "refused");
    CHECK(becomes(Text{}, TimeType{}, "'25:00:00'") == "refused");
    CHECK(becomes(Text{}, UuidType{}, "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'") ==
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\n");
    CHECK(becomes(Text{}, JsonType{}, "'secret'") == "refused");
    CHECK(becomes(Text{}, Enum("e", {"a", "b"}), "'secret'") == "refused");
    CHECK(becomes(Text{}, Enum("e", {"a", "b"}), "'b'") == "b\n");
    CHECK(becomes(Enum("e", {"a", "b"}), Enum("e", {"b", "c"}), "'a'") == "refused");
    CHECK(becomes(Enum("e", {"a", "b"}), Enum("e", {"c", "b", "a"}), "'a'") == "a\n");
    CHECK(becomes(DateTimeTz{}, DateType{}, "'2024-02-29 23:30:00.000000'") == "2024-02-29\n");
    CHECK(becomes(Integer{}, DateType{}, "1") == "refused");
}

TEST_CASE("an instant changes its type in UTC whatever the session's time zone", "[autogenerate][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    Operations op;
    op.create_table("t", {column("at", DateTimeTz{}), column("wall", DateTime{})});
    MetaData state;
    for (const auto& operation : op.operations()) apply(state, operation);
    create_tables(connection, state);
    db.shell("INSERT INTO t VALUES ('2024-01-01 23:30:00+00', '2024-01-01 23:30:00')");
    connection.script("SET TimeZone = 'Asia/Tokyo'");
    AlterColumn at{"t", "at"};
    at.patch.set(&Column::type, DateTime{});
    AlterColumn wall{"t", "wall"};
    wall.patch.set(&Column::type, DateTimeTz{});
    run_operations(connection, {at, wall}, state);
    CHECK(db.shell("SELECT at, wall FROM t") == "2024-01-01 23:30:00|2024-01-01 23:30:00+00");
}

TEST_CASE("labels of an enum that two tables share are changed in one revision", "[autogenerate][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    auto models = music();
    models.find("tags")->columns.push_back(
        column("state", Enum{"song_status", {"queued", "done"}}).server_default(literal("done")));
    models.find("songs")->checks.push_back(
        {"ck_songs_done", "status <> 'done' OR year IS NOT NULL OR user_id IS NULL"});
    models.find("songs")->indexes.push_back(index("ix_songs_done", {"title"}).where("status = 'done'"));
    create_tables(connection, models);
    db.shell(music_rows);
    const auto before = models;
    const auto dump = db.dump();
    const Enum wider{"song_status", {"new", "queued", "done"}};
    models.find("tags")->find_column("state")->type = wider;
    models.find("songs")->find_column("status")->type = wider;
    const auto upgrade = differences(connection, models);
    run_operations(connection, upgrade, before);
    CHECK(described(differences(connection, models)) == Lines{});
    CHECK(db.shell("SELECT typname FROM pg_type WHERE typname LIKE 'song_status%' ORDER BY 1") == "song_status");
    CHECK(db.shell("INSERT INTO tags (song_id, name) VALUES (4, 'x') RETURNING state") == "done");
    CHECK(db.shell("SELECT status FROM songs ORDER BY status, id") == "queued\nqueued\ndone");
    run_operations(connection, reverse_all(upgrade, before), models);
    CHECK(db.dump() == dump);
}

STRATA_DB_TEST("generated keys continue after the keys that a revision writes", "[compile]") {
    auto connection = connect(db);
    const auto models = music();
    create_tables(connection, models);
    Operations op;
    op.bulk_insert("users", {"id", "email"}, {{5, "five@example.org"}, {9, "nine@example.org"}});
    op.bulk_insert("users", {"email", "name"}, {{"ten@example.org", nullptr}});
    run_operations(connection, op.operations(), models);
    CHECK(db.shell("SELECT id, email FROM users ORDER BY id") ==
          "5|five@example.org\n9|nine@example.org\n10|ten@example.org");
}

TEST_CASE("an identity is added to and dropped from a column on PostgreSQL", "[compile][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    auto models = music();
    create_tables(connection, models);
    db.shell(music_rows);
    models.find("users")->find_column("id")->identity = false;
    const auto off = differences(connection, models);
    CHECK(described(off) == Lines{"alter column users.id (drop identity)"});
    run_operations(connection, off, music());
    CHECK(described(differences(connection, models)) == Lines{});
    const auto on = differences(connection, music());
    run_operations(connection, on, models);
    CHECK(described(differences(connection, music())) == Lines{});
    CHECK(db.shell("INSERT INTO users (email) VALUES ('d') RETURNING id") == "4");
}

STRATA_DB_TEST("several statements of one execute run in order, each database with its own", "[compile]") {
    auto connection = connect(db);
    create_tables(connection, music());
    Operations op;
    op.execute("INSERT INTO users (email) VALUES ('a;b'); UPDATE users SET name = 'x' WHERE email = 'a;b'");
    op.execute({{"sqlite", "UPDATE users SET name = name || ' lite'"},
                {"postgresql", "UPDATE users SET name = name || ' post'"}});
    run_operations(connection, op.operations(), music());
    CHECK(db.shell("SELECT name FROM users") == (db.is_sqlite() ? "x lite" : "x post"));
}

STRATA_DB_TEST("a revision that fails midway leaves nothing behind", "[compile]") {
    auto connection = connect(db);
    create_tables(connection, music());
    db.shell(music_rows);
    const auto schema = db.dump();
    Operations op;
    op.alter_column("songs", "status").type(Enum{"song_status", {"queued", "done", "failed"}});
    op.add_column("songs", column("genre", Text{}).nullable());
    op.create_check_constraint("ck_songs_rating_zero", "songs", "rating = 0");
    CHECK_THROWS_WITH(run_operations(connection, op.operations(), music()), Contains("ck_songs_rating_zero"));
    CHECK(db.dump() == schema);
    CHECK(db.shell("SELECT count(*) FROM tags") == "3");
}

STRATA_DB_TEST("a renamed table and its renamed columns can be changed further and taken back", "[compile][rebuild]") {
    auto connection = connect(db);
    const auto before = music();
    create_tables(connection, before);
    db.shell(music_rows);
    const auto schema = db.dump();
    const auto rows = rows_of(db, "songs", "id, title, status, user_id, rating, public");
    Operations op;
    op.rename_table("songs", "tracks");
    op.rename_column("tracks", "title", "name");
    op.rename_column("tracks", "status", "state");
    op.alter_column("tracks", "state").type(Enum{"song_status", {"queued", "running", "done"}});
    op.alter_column("tracks", "name").type(Text{});
    op.create_check_constraint("ck_tracks_name", "tracks", "name <> 'x'");
    op.rename_table("users", "people");
    op.rename_column("people", "id", "number");
    auto after = before;
    for (const auto& operation : op.operations()) apply(after, operation);
    run_operations(connection, op.operations(), before);
    CHECK(described(differences(connection, after)) == Lines{});
    CHECK(rows_of(db, "tracks", "id, name, state, user_id, rating, public") == rows);
    CHECK(db.shell("SELECT name FROM tags WHERE song_id = 1 ORDER BY 1") == "new\nold");
    run_operations(connection, reverse_all(op.operations(), before), after);
    // SQLite quotes a renamed column wherever it is used.
    const auto without_quotes = [](std::string text) { return std::erase(text, '"'), text; };
    CHECK(without_quotes(db.dump()) == without_quotes(schema));
    CHECK(rows_of(db, "songs", "id, title, status, user_id, rating, public") == rows);
}

STRATA_DB_TEST("a constraint among others of its kind is dropped and restored in its place", "[compile][rebuild]") {
    auto connection = connect(db);
    Operations made;
    made.create_table(
        "t", {column("a", Integer{}), column("b", Integer{}), column("c", Integer{}), primary_key("pk_t", {"a"}),
              unique("uq_t_a_b", {"a", "b"}), unique("uq_t_b", {"b"}), unique("uq_t_c", {"c"}),
              check("ck_t_a", "a > 0"), check("ck_t_b", "b > 0"), check("ck_t_c", "c > 0"),
              foreign_key("fk_t_b", {"b"}, "t", {"a"}), foreign_key("fk_t_c", {"c"}, "t", {"a"})});
    MetaData before;
    for (const auto& operation : made.operations()) apply(before, operation);
    create_tables(connection, before);
    const auto schema = db.dump();
    for (const char* name :
         {"pk_t", "uq_t_a_b", "uq_t_b", "uq_t_c", "ck_t_a", "ck_t_b", "ck_t_c", "fk_t_b", "fk_t_c"}) {
        INFO(name);
        std::vector<Operation> upgrade;
        if (std::string(name) == "pk_t") upgrade = {DropConstraint{"t", "fk_t_b"}, DropConstraint{"t", "fk_t_c"}};
        upgrade.emplace_back(DropConstraint{"t", name});
        auto after = before;
        for (const auto& operation : upgrade) apply(after, operation);
        run_operations(connection, upgrade, before);
        CHECK(db.dump().find(std::string("CONSTRAINT \"") + name) == std::string::npos);
        run_operations(connection, reverse_all(upgrade, before), after);
        CHECK(db.dump() == schema);
    }
}
