#include "migrate_rebuild_support.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>
#include <functional>

using namespace strata::schema;
using namespace strata::test;
using strata::core::Value;

namespace {

/// A change of the models; afterwards the database is compared with itself before.
struct Case {
    const char* name;
    std::function<void(MetaData&)> change;
    std::vector<std::string> lost = {};  // tables that lose rows or values, or print them otherwise
    const char* prepare = "";            // SQL that makes the rows fit
};

template <class List>
void erase_named(List& list, const std::string& name) {
    std::erase_if(list, [&](const auto& each) { return each.name == name; });
}

Table& songs(MetaData& models) { return *models.find("songs"); }
Column& song(MetaData& models, const char* name) { return *songs(models).find_column(name); }
ServerDefault text(const char* value) { return ServerDefault::literal(Value::text(value)); }

Table labels() {
    Table table;
    table.name = "labels";
    table.columns = {column("id", BigInteger()).identity(), column("name", String(80)),
                     column("kind", Enum("label_kind", {"major", "indie"})),
                     column("owner_id", BigInteger()).nullable()};
    table.primary_key = PrimaryKey{"pk_labels", {"id"}};
    table.foreign_keys = {{"fk_labels_owner_id_owners", {"owner_id"}, "owners", {"id"}}};
    table.indexes = {{"ix_labels_name", {{"name"}}, true, ""}};
    return table;
}
Table owners() {
    Table table;
    table.name = "owners";
    table.columns = {column("id", BigInteger()).identity(), column("label_id", BigInteger()).nullable()};
    table.primary_key = PrimaryKey{"pk_owners", {"id"}};
    table.foreign_keys = {{"fk_owners_label_id_labels", {"label_id"}, "labels", {"id"}}};
    return table;
}

const std::vector<Case> cases{
    {"a nullable column is added",
     [](auto& m) { songs(m).columns.push_back(column("genre", String(100)).nullable()); }},
    {"a NOT NULL column with a constant default is added",
     [](auto& m) {
         songs(m).columns.push_back(
             column("plays", BigInteger()).server_default(ServerDefault::literal(Value::integer(7))));
     }},
    {"a column with the current time as default is added",
     [](auto& m) { songs(m).columns.push_back(column("made_at", DateTimeTz()).server_default(ServerDefault::now())); }},
    {"a column with an expression as default is added",
     [](auto& m) {
         songs(m).columns.push_back(column("score", Integer()).server_default(ServerDefault::sql("1 + 2")));
     }},
    {"boolean, JSON and enum columns are added",
     [](auto& m) {
         songs(m).columns.push_back(
             column("loud", Boolean()).server_default(ServerDefault::literal(Value::boolean(false))));
         songs(m).columns.push_back(column("extra", JsonType()).nullable());
         songs(m).columns.push_back(column("mood", Enum("song_mood", {"sad", "glad"})).nullable());
     }},
    {"a generated column is added",
     [](auto& m) { songs(m).columns.push_back(column("shouted", Text()).computed("upper(title)").nullable()); }},
    {"a generated column gets another expression",
     [](auto& m) { m.find("albums")->find_column("shown")->computed = "lower(title)"; }},
    {"the last column is dropped", [](auto& m) { erase_named(songs(m).columns, "notes"); }, {"songs"}},
    {"a column becomes NOT NULL",
     [](auto& m) { m.find("users")->find_column("name")->nullable = false; },
     {},
     "UPDATE users SET name = '' WHERE name IS NULL"},
    {"a column becomes nullable", [](auto& m) { song(m, "title").nullable = true; }},
    {"a length goes", [](auto& m) { song(m, "title").type = Text(); }},
    {"a length shrinks", [](auto& m) { song(m, "title").type = String(20); }},
    {"an integer grows", [](auto& m) { song(m, "rating").type = BigInteger(); }},
    {"an integer shrinks", [](auto& m) { song(m, "rating").type = SmallInteger(); }},
    {"text becomes an integer", [](auto& m) { song(m, "year").type = Integer(); }},
    {"text becomes a decimal", [](auto& m) { song(m, "year").type = Numeric(10, 0); }},
    {"an integer with a default becomes text",
     [](auto& m) { m.find("tags")->find_column("weight")->type = String(10); }},
    {"a decimal gets more digits", [](auto& m) { song(m, "price").type = Numeric(12, 4); }, {"songs"}},
    {"a decimal gets more digits than a double holds", [](auto& m) { song(m, "price").type = Numeric(20, 2); }},
    {"a boolean becomes an integer",
     [](auto& m) {
         song(m, "public").type = Integer();
         song(m, "public").server_default = ServerDefault::literal(Value::integer(1));
         erase_named(songs(m).indexes, "ix_songs_public_title");
     }},
    {"JSON becomes text", [](auto& m) { song(m, "details").type = Text(); }, {"songs"}},
    {"an enum becomes text", [](auto& m) { song(m, "status").type = String(20); }},
    {"an enum gets a label",
     [](auto& m) { song(m, "status").type = Enum("song_status", {"queued", "failed", "done"}); }},
    {"an enum in a check and a predicate gets a label",
     [](auto& m) { song(m, "status").type = Enum("song_status", {"queued", "done", "failed"}); }},
    {"an enum gets a label, another column and a new table",
     [](auto& m) {
         const Enum wider("song_status", {"queued", "failed", "done"});
         song(m, "status").type = wider;
         songs(m).columns.push_back(column("status_before", wider).nullable());
         auto table = labels();
         table.foreign_keys.clear();
         table.columns.push_back(column("status", wider));
         m.tables.push_back(table);
     }},
    {"an enum's only other table goes while a new one with other labels comes",
     [](auto& m) {
         auto table = labels();
         table.foreign_keys.clear();
         table.columns[2].type = Enum("song_status", {"queued", "failed"});
         m.tables.push_back(table);
         songs(m).columns.erase(songs(m).columns.begin() + 2);
         erase_named(songs(m).indexes, "ix_songs_status_rating");
         erase_named(m.tables, "songs");
         erase_named(m.tables, "tags");
     },
     {"songs", "tags"}},
    {"a default is set", [](auto& m) { song(m, "title").server_default = text("it's \"new\""); }},
    {"a default is changed",
     [](auto& m) { song(m, "rating").server_default = ServerDefault::literal(Value::integer(2)); }},
    {"a default is dropped", [](auto& m) { song(m, "rating").server_default.reset(); }},
    {"an index is added", [](auto& m) { songs(m).indexes.push_back({"ix_songs_year", {{"year"}}}); }},
    {"an index is dropped", [](auto& m) { erase_named(songs(m).indexes, "ix_songs_status_rating"); }},
    {"an index changes columns, order and uniqueness",
     [](auto& m) {
         songs(m).indexes.back() = {"ix_songs_status_rating", {{"rating", "", false}, {"id", "", true}}, true, ""};
     }},
    {"a partial index gets another predicate", [](auto& m) { songs(m).indexes[1].where = "user_id IS NULL"; }},
    {"an expression index changes", [](auto& m) { songs(m).indexes[0].elements[0].expression = "upper(title)"; }},
    {"a unique constraint is added", [](auto& m) { songs(m).uniques.push_back({"uq_songs_notes", {"notes"}}); }},
    {"a unique constraint is dropped", [](auto& m) { songs(m).uniques.clear(); }},
    {"a unique constraint changes its columns", [](auto& m) { songs(m).uniques[0].columns = {"title", "rating"}; }},
    {"a unique constraint is renamed", [](auto& m) { songs(m).uniques[0].name = "uq_other"; }},
    {"a foreign key is added",
     [](auto& m) {
         m.find("albums")->foreign_keys.push_back(
             {"fk_albums_title_users", {"parent"}, "albums", {"code"}, ReferentialAction::cascade});
     }},
    {"a foreign key is dropped", [](auto& m) { songs(m).foreign_keys.clear(); }},
    {"a foreign key acts otherwise", [](auto& m) { songs(m).foreign_keys[0].on_delete = ReferentialAction::restrict; }},
    {"a check is added", [](auto& m) { songs(m).checks.push_back({"ck_songs_a", "price IS NULL OR price >= 0"}); }},
    {"a check is dropped", [](auto& m) { erase_named(songs(m).checks, "ck_songs_rating"); }},
    {"a check changes", [](auto& m) { songs(m).checks[0].expression = "rating BETWEEN 0 AND 10"; }},
    {"a primary key gets another column",
     [](auto& m) { m.find("tags")->primary_key = PrimaryKey{"pk_tags", {"song_id", "name", "weight"}}; }},
    {"a primary key that is referred to is renamed", [](auto& m) { m.find("users")->primary_key->name = "users_key"; }},
    {"a key is no longer numbered by the database",
     [](auto& m) { m.find("users")->find_column("id")->identity = false; }},
    {"tables that refer to each other are added",
     [](auto& m) {
         m.tables.push_back(labels());
         m.tables.push_back(owners());
     }},
    {"tables are dropped",
     [](auto& m) {
         erase_named(m.tables, "tags");
         erase_named(m.tables, "albums");
     },
     {"tags", "albums"}},
    {"a table that others refer to is dropped",
     [](auto& m) {
         erase_named(m.tables, "users");
         songs(m).foreign_keys.clear();
     },
     {"users"},
     "UPDATE songs SET user_id = NULL"},
    {"comments are set",
     [](auto& m) {
         songs(m).comment = "what it's about";
         song(m, "title").comment = "as on the cover";
     }},
    {"much changes at once",
     [](auto& m) {
         m.tables.push_back(labels());
         m.tables.push_back(owners());
         auto& table = songs(m);
         table.columns.push_back(column("genre", String(100)).server_default(text("none")));
         table.columns.push_back(column("made_at", DateTimeTz()).server_default(ServerDefault::now()));
         song(m, "year").type = Integer();
         song(m, "title").type = Text();
         song(m, "title").nullable = true;
         table.uniques[0] = {"uq_songs_title_genre", {"title", "genre"}};
         table.checks.push_back({"ck_songs_year", "year > 0"});
         table.indexes.push_back({"ix_songs_genre", {{"genre"}}});
         table.foreign_keys[0].on_delete = ReferentialAction::cascade;
         table.columns.push_back(column("label_id", BigInteger()).nullable());
         table.foreign_keys.push_back({"fk_songs_label_id_labels", {"label_id"}, "labels", {"id"}});
         erase_named(m.tables, "albums");
     },
     {"albums"}},
};

std::string columns_of(const Table& table) {
    std::string list;
    for (const auto& each : table.columns)
        if (!each.computed) list += (list.empty() ? "" : ", ") + each.name;
    return list;
}

/// The rows of every table that the case does not lose.
std::string all_rows(const TestDatabase& db, const MetaData& models, const std::vector<std::string>& lost) {
    std::string rows;
    for (const auto& table : models.tables)
        if (std::find(lost.begin(), lost.end(), table.name) == lost.end())
            rows += table.name + ":\n" + rows_of(db, table.name, columns_of(table)) + "\n";
    return rows;
}

/// ALTER TABLE ADD COLUMN of SQLite writes the column behind the last one, on its line.
std::string without_space(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

/// What both have, so that the rows can be compared while the change stands.
MetaData shared_columns(const MetaData& before, const MetaData& after) {
    MetaData shared;
    for (const auto& table : before.tables) {
        const auto* other = after.find(table.name);
        if (other == nullptr) continue;
        auto kept = table;
        std::erase_if(kept.columns, [&](const Column& each) {
            const auto* now = other->find_column(each.name);
            return now == nullptr || now->type != each.type;
        });
        shared.tables.push_back(kept);
    }
    return shared;
}

}  // namespace

STRATA_DB_TEST("every change of the models is found, applied and taken back with rows and schema as before",
               "[autogenerate][rebuild]") {
    for (const bool filled : {true, false}) {
        if (!filled && db.is_postgresql()) break;  // only SQLite treats an empty table otherwise
        for (const auto& each : cases) {
            INFO(each.name << (filled ? " (with rows)" : " (empty)"));
            if (db.is_postgresql()) db.shell("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            const TestDatabase file(TestDialect::sqlite);
            const TestDatabase& fresh = db.is_sqlite() ? file : db;
            strata::core::Connection connection{strata::core::Url::parse(fresh.url())};
            const auto before = music();
            auto after = before;
            each.change(after);

            create_tables(connection, before);
            if (filled) fresh.shell(music_rows);
            fresh.shell(each.prepare);
            REQUIRE(described(differences(connection, before)) == std::vector<std::string>{});
            const auto schema_before = fresh.dump();
            const auto rows_before = all_rows(fresh, before, each.lost);
            const auto shared = shared_columns(before, after);
            const auto shared_before = all_rows(fresh, shared, each.lost);

            const auto upgrade = differences(connection, after);
            INFO([&] {
                std::string lines;
                for (const auto& line : described(upgrade)) lines += "  " + line + "\n";
                return lines;
            }());
            const bool comments_only = std::string(each.name) == "comments are set";
            CHECK(upgrade.empty() == (comments_only && fresh.is_sqlite()));
            REQUIRE_NOTHROW(run_operations(connection, upgrade, before));
            CHECK(described(differences(connection, after)) == std::vector<std::string>{});
            CHECK(all_rows(fresh, shared, each.lost) == shared_before);
            CHECK(fresh.dump().find("_strata_") == std::string::npos);

            auto state = before;
            for (const auto& operation : upgrade) strata::migrate::apply(state, operation);
            REQUIRE_NOTHROW(run_operations(connection, strata::migrate::reverse_all(upgrade, before), state));
            const auto schema_after = fresh.dump();
            if (std::string(each.name) == "the last column is dropped" && fresh.is_sqlite())
                CHECK(without_space(schema_after) == without_space(schema_before));
            else
                CHECK(schema_after == schema_before);
            CHECK(all_rows(fresh, before, each.lost) == rows_before);
            CHECK(described(differences(connection, before)) == std::vector<std::string>{});
        }
    }
}
