#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::schema::fits_pattern;
using strata::schema::MetaData;
using strata::schema::Owns;

namespace {

MetaData recorded(const std::function<void(Operations&)>& record) {
    Operations op;
    record(op);
    MetaData metadata;
    for (const auto& operation : op.operations()) apply(metadata, operation);
    return metadata;
}

void songs(Operations& op) {
    op.create_table("songs", {column("id", BigInteger{}).identity(), column("title", Text{}),
                              primary_key("pk_songs", {"id"}), index("ix_songs_title", {"title"})});
}

Ours ours(const MetaData& database, const MetaData& models, const Ownership& ownership) {
    return ours_of(database, models, ownership, strata::schema::ddl_compiler(strata::core::dialect_for("postgresql")));
}

}  // namespace

TEST_CASE("a pattern has * for any text and ? for any character", "[unit][ownership]") {
    CHECK(fits_pattern("app_songs", "app_*"));
    CHECK(fits_pattern("app_songs", "*"));
    CHECK(fits_pattern("app_songs", "*_s?ngs"));
    CHECK(fits_pattern("", "*"));
    CHECK(fits_pattern("aab", "*ab"));
    CHECK_FALSE(fits_pattern("app_songs", "app_"));
    CHECK_FALSE(fits_pattern("app", "app_*"));
    CHECK_FALSE(fits_pattern("", "?"));
    CHECK_FALSE(fits_pattern("App", "app"));
}

TEST_CASE("a filter without any list owns nothing, and each list must fit", "[unit][ownership]") {
    const ObjectRef table{ObjectKind::table, {"music", "songs"}};
    CHECK_FALSE(Owns{}.owns(table));
    CHECK(Owns{{"music"}, {}, {}}.owns(table));
    CHECK_FALSE(Owns{{"music"}, {"users"}, {}}.owns(table));
    CHECK_FALSE(Owns{{}, {}, {ObjectKind::view}}.owns(table));
    CHECK(Owns{{}, {}, {ObjectKind::trigger}}.owns({ObjectKind::trigger, "t", {"music", "songs"}}));
    CHECK(Owns{{"music"}, {}, {}}.owns({ObjectKind::trigger, "t", {"music", "songs"}}));
    CHECK(strata::schema::object_kind("materialized_view") == ObjectKind::materialized_view);
    CHECK(strata::schema::object_kind("foreign-data wrapper") == ObjectKind::foreign_data_wrapper);
    CHECK_FALSE(strata::schema::object_kind("tables").has_value());
}

TEST_CASE("the name of what is kept has 63 bytes at most and no half character", "[unit][ownership]") {
    CHECK(kept_name("genre", "3f2a9c1b7d04") == "_dropped_genre_3f2a9c1b7d04");
    const auto longest = kept_name(std::string(63, 'x'), "3f2a9c1b7d04");
    CHECK(longest.size() == 63);
    CHECK(longest.ends_with("_3f2a9c1b7d04"));
    std::string letters;
    for (int i = 0; i < 31; ++i) letters += "\u00e9";
    const auto cut = kept_name(letters, "3f2a9c1b7d04");
    CHECK(cut.size() <= 63);
    CHECK_THAT(cut, Contains("\u00e9_3f2a9c1b7d04"));
    CHECK(is_kept_name(cut));
    CHECK_FALSE(is_kept_name("dropped"));
    Operations op("abc");
    op.drop_column("songs", "title").keep();
    op.drop_table("users").keep();
    CHECK(render_operation(op.operations()[0]) == R"(op.drop_column("songs", "title").keep("_dropped_title_abc");)");
    CHECK(render_operation(op.operations()[1]) == R"(op.drop_table("users").keep("_dropped_users_abc");)");
}

TEST_CASE("what the history or the models say is ours, and the rest is left alone with its reason",
          "[unit][ownership]") {
    const auto models = recorded(songs);
    auto database = models;
    auto& table = database.tables[0];
    table.columns.push_back(column("extra", Text{}).nullable());
    table.indexes.push_back({"ix_dba", {{"extra"}}});
    table.indexes[0].parameters = {"fillfactor=50"};
    table.parameters = {"fillfactor=70"};
    table.find_column("title")->server_default = literal("?");
    database.tables.push_back({.name = "other"});
    database.objects.push_back({{ObjectKind::view, "report"}, "CREATE VIEW report AS SELECT 1"});
    const auto found = ours(database, models, {models, {}, {}});
    CHECK(found.database == models);
    std::vector<std::string> lines;
    for (const auto& thing : found.left_alone) lines.push_back(thing.text());
    CHECK(lines ==
          std::vector<std::string>{
              "table songs: the server default of column title, which neither a revision nor the models say",
              "table songs: column extra, no revision made it",
              "table songs: the parameters of index ix_songs_title, which neither a revision nor the models say",
              "table songs: index ix_dba, no revision made it",
              "table songs: the parameters, which neither a revision nor the models say",
              "table other: no revision made it", "view report: no revision made it"});
    // What the history made is dropped when the models have it no more, and so is what is owned or adopted.
    CHECK(ours(database, models, {database, {}, {}}).database == database);
    CHECK(ours(database, models, {models, {Owns{{}, {"*"}, {}}}, {}}).database == database);
    const auto adopted = ours(database, models, {models, {}, {"other", "songs.extra", "nobody"}});
    CHECK(adopted.not_found == std::vector<std::string>{"nobody"});
    CHECK(adopted.database.find("other") != nullptr);
    CHECK(adopted.database.tables[0].find_column("extra") != nullptr);
}

TEST_CASE("what an operation loses stands before it in the revision", "[unit][render]") {
    RevisionText text{"abc", {}, "less", {DropTable{"songs"}}, {}};
    text.upgrade_notes = {"destructive: drops table songs and its rows"};
    CHECK_THAT(render_revision(text), Contains("    [](Operations& op) {\n"
                                               "        // destructive: drops table songs and its rows\n"
                                               "        op.drop_table(\"songs\");\n"
                                               "    },\n"));
}
