#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "support/process.hpp"
#include "tool_run.hpp"

#include <strata/schema/table.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>

using namespace strata::schema;
using namespace strata::test;
using Catch::Matchers::Contains;
using strata::core::Value;
using strata::migrate::Revision;
using strata::migrate::Revisions;
using strata::migrate::ToolConfig;

namespace {

/// A change of the models; afterwards the database is compared with itself before.
struct Case {
    const char* name;
    std::function<void(MetaData&)> change;
    std::vector<std::string> lost = {};  // tables, or columns ("songs.notes"), whose values do not come back
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
    {"the last column is dropped", [](auto& m) { erase_named(songs(m).columns, "notes"); }, {"songs.notes"}},
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
    {"a decimal gets more digits", [](auto& m) { song(m, "price").type = Numeric(12, 4); }},
    {"a decimal gets more digits than a double holds", [](auto& m) { song(m, "price").type = Numeric(20, 2); }},
    {"a boolean becomes an integer",
     [](auto& m) {
         song(m, "public").type = Integer();
         song(m, "public").server_default = ServerDefault::literal(Value::integer(1));
         erase_named(songs(m).indexes, "ix_songs_public_title");
     }},
    {"JSON becomes text", [](auto& m) { song(m, "details").type = Text(); }},
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

bool contains(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::string columns_of(const Table& table, const std::vector<std::string>& lost) {
    std::string list;
    for (const auto& each : table.columns)
        if (!each.computed && !contains(lost, table.name + "." + each.name))
            list += (list.empty() ? "" : ", ") + each.name;
    return list;
}

/// The rows of every table, without what the case loses.
std::string all_rows(const TestDatabase& db, const MetaData& models, const std::vector<std::string>& lost) {
    std::string rows;
    for (const auto& table : models.tables)
        if (!contains(lost, table.name.name))
            rows += table.name + ":\n" + rows_of(db, table.name.name, columns_of(table, lost)) + "\n";
    return rows;
}

/// ALTER TABLE ADD COLUMN of SQLite writes the column after the last one, on its line.
std::string without_space(std::string text) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
    return text;
}

/// What both have, so that the rows can be compared while the change is in effect.
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

/// The models, and the revisions that `migrate` wrote for them so far.
ToolConfig tool_of(const MetaData& models, Revisions revisions, const std::filesystem::path& folder) {
    return {[models] { return models; }, std::move(revisions), folder.string()};
}

/// A database of its own for the case, on the first revision and with rows. On PostgreSQL it is `db`, emptied.
class Started {
public:
    Started(const TestDatabase& db, const ToolConfig& first, const Case& each, bool filled)
        : db_(db.is_sqlite() ? file_.emplace(TestDialect::sqlite) : db) {
        if (db.is_postgresql()) db.clear();
        run_tool_on(db_, {"upgrade"}, first);
        if (filled) db_.shell(music_rows);
        db_.shell(each.prepare);
    }
    const TestDatabase* operator->() const { return &db_; }
    const TestDatabase& operator*() const { return db_; }

private:
    std::optional<TestDatabase> file_;
    const TestDatabase& db_;
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void check_case(const TestDatabase& db, const Case& each, const Revision& first, const Revision& second, bool filled) {
    const auto before = music();
    auto after = before;
    each.change(after);
    const auto at_first = tool_of(before, {&first}, db.directory());
    const auto at_second = tool_of(after, {&first, &second}, db.directory());
    const Started fresh(db, at_first, each, filled);
    const auto shared = shared_columns(before, after);
    const auto schema_before = fresh->dump();
    const auto rows_before = all_rows(*fresh, before, each.lost);
    const auto shared_before = all_rows(*fresh, shared, {});

    REQUIRE_NOTHROW(run_tool_on(*fresh, {"upgrade", "--allow-destructive"}, at_second));
    CHECK_NOTHROW(run_tool_on(*fresh, {"check"}, at_second));
    CHECK(all_rows(*fresh, shared, {}) == shared_before);
    CHECK_THAT(fresh->dump(), !Contains("\"_strata_") && !Contains("|_strata_"));  // the name of a rebuild's copy

    REQUIRE_NOTHROW(run_tool_on(*fresh, {"downgrade"}, at_second));
    const auto schema_after = fresh->dump();
    if (std::string(each.name) == "the last column is dropped" && fresh->is_sqlite())
        CHECK(without_space(schema_after) == without_space(schema_before));
    else
        CHECK(schema_after == schema_before);
    CHECK(all_rows(*fresh, before, each.lost) == rows_before);
    CHECK_NOTHROW(run_tool_on(*fresh, {"check"}, at_first));
}

}  // namespace

STRATA_DB_TEST("every change of the models is written, applied and taken back with rows and schema as before",
               "[autogenerate][rebuild]") {
    const auto folder = db.directory() / "migrations";
    const auto& first = load_revision(write_migration(db, tool_of(music(), {}, folder)));
    // All are written before the first is run, so that they are compiled in one go.
    std::vector<std::filesystem::path> files;
    std::vector<const Case*> written;
    // It takes minutes, and what the role may do changes little in it.
    const std::size_t step = surrounding() == Surrounding::foreign && !long_run() ? 3 : 1;
    for (std::size_t i = 0; i < std::size(cases); i += step) {
        const Case& each = cases[i];
        INFO(each.name);
        const auto at_first = tool_of(music(), {&first}, db.directory());  // the folder has the others' heads already
        const Started fresh(db, at_first, each, true);
        REQUIRE_NOTHROW(run_tool_on(*fresh, {"check"}, at_first));
        auto after = music();
        each.change(after);
        const auto file = write_migration(*fresh, tool_of(after, {&first}, folder));
        REQUIRE_FALSE(file.empty());
        files.push_back(file);
        written.push_back(&each);
    }
    const auto revisions = load_revision_files(files);
    for (const bool filled : {true, false}) {
        if (!filled && db.is_postgresql()) break;  // only SQLite treats an empty table otherwise
        for (std::size_t i = 0; i < written.size(); ++i) {
            INFO(written[i]->name << (filled ? " (with rows)" : " (empty)"));
            INFO(text_of(files[i]));
            check_case(db, *written[i], first, *revisions[i], filled);
        }
    }
}
