#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "tool_run.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/registry.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <deque>
#include <functional>

using namespace strata::schema;
using namespace strata::test;
using strata::migrate::Operations;
using strata::migrate::Revisions;

/// Databases whose tables no model made: SQLite keeps their constraints without names.
namespace {

const std::string by_hand =
    "CREATE TABLE owners (id INTEGER PRIMARY KEY, code TEXT, UNIQUE (code));"
    "CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT UNIQUE, owner_id INTEGER REFERENCES owners (id) ON DELETE "
    "CASCADE, other TEXT REFERENCES owners (code), UNIQUE (owner_id, name));";

const std::string rows_of_owners = "INSERT INTO owners VALUES (1, 'a'), (2, 'b'), (3, 'c');";
const std::string rows_of_tags = "INSERT INTO tags VALUES (1, 'x', 1, 'b'), (2, 'y', 2, 'b'), (3, NULL, NULL, NULL);";

MetaData reflected(const TestDatabase& db) {
    strata::core::Connection connection{strata::core::Url::parse(db.url())};
    auto metadata = reflect(connection);
    std::erase_if(metadata.tables, [](const Table& table) { return table.name == version_table; });
    for (auto& table : metadata.tables) name_constraints(table);
    return metadata;
}

/// What the database does about each statement, none of which stays.
std::string behaviour(const TestDatabase& db) {
    std::string text;
    for (const char* statement :
         {"INSERT INTO tags VALUES (9, 'x', NULL, NULL)", "INSERT INTO tags VALUES (9, 'x', 1, NULL)",
          "INSERT INTO tags VALUES (3, 'z', NULL, NULL)", "INSERT INTO owners VALUES (9, 'a')",
          "DELETE FROM owners WHERE id = 1", "DELETE FROM owners WHERE id = 2",
          "INSERT INTO tags VALUES (9, 'z', 77, NULL)", "INSERT INTO tags VALUES (9, 'z', NULL, 'nobody')"}) {
        const std::string foreign_keys = db.is_sqlite() ? "PRAGMA foreign_keys = ON;" : "";
        text += std::string(statement) + ": ";
        try {
            text += db.shell(foreign_keys + "BEGIN;" + statement +
                             ";SELECT id, owner_id, other FROM tags ORDER BY id;ROLLBACK") +
                    "\n";
        } catch (const std::exception&) {
            text += "refused\n";
        }
    }
    return text;
}

struct Case {
    const char* name;
    std::function<void(MetaData&)> change;
};

Table& tags(MetaData& models) { return *models.find("tags"); }

const std::vector<Case> cases{
    {"a unique constraint of a column goes",
     [](auto& m) { std::erase_if(tags(m).uniques, [](auto& unique) { return unique.columns.size() == 1; }); }},
    {"a unique constraint of the table goes",
     [](auto& m) { std::erase_if(tags(m).uniques, [](auto& unique) { return unique.columns.size() == 2; }); }},
    {"all unique constraints go", [](auto& m) { tags(m).uniques.clear(); }},
    {"a foreign key acts otherwise",
     [](auto& m) {
         for (auto& key : tags(m).foreign_keys)
             if (key.columns.front() == "owner_id") key.on_delete = ReferentialAction::set_null;
     }},
    {"foreign keys go", [](auto& m) { tags(m).foreign_keys.clear(); }},
    {"a key that is referred to goes, with what refers to it",
     [](auto& m) {
         m.find("owners")->uniques.clear();
         std::erase_if(tags(m).foreign_keys, [](auto& key) { return key.columns.front() == "other"; });
     }},
    {"a column with its constraints goes",
     [](auto& m) {
         std::erase_if(tags(m).uniques, [](auto&) { return true; });
         std::erase_if(tags(m).columns, [](auto& column) { return column.name == "name"; });
     }},
    {"a table goes", [](auto& m) { std::erase_if(m.tables, [](auto& table) { return table.name == "tags"; }); }},
};

std::string kept_rows(const TestDatabase& db, const MetaData& models) {
    std::string text = db.shell("SELECT * FROM owners ORDER BY id") + "\n";
    const auto* table = models.find("tags");
    if (table == nullptr) return text;
    return text + db.shell(std::string("SELECT id, owner_id, other") +
                           (table->find_column("name") != nullptr ? ", name" : "") + " FROM tags ORDER BY id");
}

/// A database at its first revision, and the models that it has to become like.
struct Start {
    MetaData models;
    std::deque<strata::migrate::Revision> revisions;
    std::string folder;

    [[nodiscard]] strata::migrate::ToolConfig config(const strata::migrate::Revision* written = nullptr) const {
        Revisions list;
        for (const auto& revision : revisions) list.push_back(&revision);
        if (written != nullptr) list.push_back(written);
        return {[models = models] { return models; }, list, folder};
    }
};
using Begin = std::function<void(const TestDatabase&, const Case&, Start&)>;

/// Upgrades the database by the written revision, takes it back and upgrades it again.
void go_there_and_back(const TestDatabase& db, const Start& start, const strata::migrate::Revision& written) {
    const auto& models = start.models;
    const auto config = start.config(&written);
    const auto behaviour_before = behaviour(db);
    const auto rows_before = kept_rows(db, models);
    REQUIRE_NOTHROW(run_tool_on(db, {"upgrade", "--allow-destructive"}, config));
    CHECK_NOTHROW(run_tool_on(db, {"check"}, config));
    CHECK(kept_rows(db, models) == rows_before);
    REQUIRE_NOTHROW(run_tool_on(db, {"downgrade"}, config));
    CHECK(kept_rows(db, models) == rows_before);
    const auto* table = models.find("tags");  // what went comes back without its values
    if (table == nullptr) db.shell(rows_of_tags);
    if (table != nullptr && table->find_column("name") == nullptr)
        db.shell("UPDATE tags SET name = CASE id WHEN 1 THEN 'x' WHEN 2 THEN 'y' END");
    CHECK(behaviour(db) == behaviour_before);
    REQUIRE_NOTHROW(run_tool_on(db, {"upgrade", "--allow-destructive"}, config));
    CHECK_NOTHROW(run_tool_on(db, {"check"}, config));
}

/// All revisions are written first, so that they are compiled in one go.
void run_cases(TestDialect dialect, const Begin& begin) {
    std::deque<TestDatabase> databases;
    std::deque<Start> starts;
    std::vector<std::filesystem::path> files;
    for (const auto& each : cases) {
        INFO(each.name);
        const auto& db = databases.emplace_back(dialect);
        auto& start = starts.emplace_back();
        start.folder = (db.directory() / "migrations").string();
        begin(db, each, start);
        REQUIRE_NOTHROW(files.push_back(write_migration(db, start.config())));
        REQUIRE_FALSE(files.back().empty());
    }
    const auto written = load_revision_files(files);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        INFO(cases[i].name);
        go_there_and_back(databases[i], starts[i], *written[i]);
    }
}

/// A first revision that makes the tables of the models.
strata::migrate::Revision making(const MetaData& models) {
    return {"aaaaaaaaaaaa",
            "20260101_000000_aaaaaaaaaaaa_first.cpp",
            {},
            "first",
            [models](Operations& op) {
                for (const auto* table : models.sorted_tables()) op.invoke(strata::migrate::CreateTable{*table});
            },
            [](Operations&) {}};
}

}  // namespace

STRATA_DB_TEST("a generated revision changes what a raw SQL revision made, and is undone", "[migrate][autogenerate]") {
    run_cases(db.dialect(), [](const TestDatabase& fresh, const Case& each, Start& start) {
        start.revisions.push_back(strata::migrate::detail::sql_revision(
            "aaaaaaaaaaaa", "20260101_000000_aaaaaaaaaaaa_first.sql", "-- upgrade\n" + by_hand + "\n"));
        run_tool_on(fresh, {"upgrade"}, start.config());
        fresh.shell(rows_of_owners + rows_of_tags);
        start.models = reflected(fresh);
        start.models.owns.names = {"*"};  // what raw SQL makes is not known to be the history's
        each.change(start.models);
    });
}

STRATA_DB_TEST("a database made by hand and taken in by baseline is changed and taken back",
               "[migrate][autogenerate]") {
    run_cases(db.dialect(), [](const TestDatabase& fresh, const Case& each, Start& start) {
        fresh.shell(by_hand + rows_of_owners + rows_of_tags);
        start.models = reflected(fresh);
        start.revisions.push_back(making(start.models));
        run_tool_on(fresh, {"baseline"}, start.config());
        each.change(start.models);
    });
}

STRATA_DB_TEST("a database made by hand and stamped is brought to what the models say and taken back",
               "[migrate][autogenerate]") {
    run_cases(db.dialect(), [](const TestDatabase& fresh, const Case& each, Start& start) {
        fresh.shell(by_hand + rows_of_owners + rows_of_tags);
        start.models = reflected(fresh);
        start.models.owns.names = {"*"};
        each.change(start.models);
        start.revisions.push_back(making(start.models));  // which the database never was
        run_tool_on(fresh, {"stamp", "head"}, start.config());
    });
}

TEST_CASE("a constraint without a name is dropped by the history's name for it, whatever else the table has",
          "[migrate][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, Name TEXT UNIQUE, unknown TEXT); INSERT INTO t VALUES (1, 'x', 'y')");
    History history;
    history.add(
        "aaaa", {},
        [](Operations& op) {
            using namespace strata::migrate;
            op.create_table("t", {column("id", BigInteger{}).identity(), column("name", Text{}).nullable(),
                                  primary_key("pk_t", {"id"}), unique("only_one", {"name"})});
        },
        [](Operations&) {});
    history.add(
        "bbbb", {"aaaa"}, [](Operations& op) { op.drop_constraint("only_one", "t"); },
        [](Operations& op) { op.create_unique_constraint("only_one", "t", {"name"}); });
    history.add("cccc", {"bbbb"}, [](Operations& op) { op.drop_column("t", "name"); }, [](Operations&) {});
    const strata::migrate::ToolConfig config{{}, history.revisions(), ""};
    run_tool_on(db, {"stamp", "aaaa"}, config);
    REQUIRE_NOTHROW(run_tool_on(db, {"upgrade", "bbbb"}, config));
    CHECK(db.shell("INSERT INTO t VALUES (2, 'x', 'z'); SELECT name, unknown FROM t ORDER BY id") == "x|y\nx|z");
    REQUIRE_NOTHROW(run_tool_on(db, {"upgrade", "cccc", "--allow-destructive"}, config));
    CHECK(db.shell("SELECT * FROM t ORDER BY id") == "1|y\n2|z");
}
