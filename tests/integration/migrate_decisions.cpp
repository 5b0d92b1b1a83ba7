// Decisions as data: what migrate would ask on a terminal, as JSON, answered by flags or a file.

#include "cli_project.hpp"
#include "migrate_matrix.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/model.hpp>
#include <strata/migrate/difference.hpp>
#include <strata/schema/table.hpp>

#include <boost/json.hpp>

#include <fstream>

using Catch::Matchers::Contains;
using namespace strata::test;
using strata::schema::MetaData;
namespace json = boost::json;

namespace {

namespace old {
struct Song {
    std::int64_t id{};
    std::string title{};
    std::optional<std::string> genre{};
};
STRATA_MODEL(Song, songs, id, title, genre)
MetaData metadata() { return {strata::schema::table(songs)}; }
}  // namespace old

/// The title has another name, and the genre is NOT NULL.
namespace undecided {
struct Song {
    std::int64_t id{};
    std::string name{};
    std::string genre{};
};
STRATA_MODEL(Song, songs, id, name, genre)
MetaData metadata() { return {strata::schema::table(songs)}; }
MetaData with_hint() {
    using namespace strata::schema;
    return {table(songs, renamed_from(songs.name, "title"))};
}
}  // namespace undecided

/// The table has another name too.
namespace tables {
struct Track {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> genre{};
};
STRATA_MODEL(Track, tracks, id, name, genre)
MetaData metadata() { return {strata::schema::table(tracks)}; }
}  // namespace tables

/// At the first revision, with a row, and with models that say more.
Project changed(const TestDatabase& db, MetaData (*models)()) {
    Project project(db, &old::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    db.shell("INSERT INTO songs (title) VALUES ('Aria')");
    project.set_models(models);
    return project;
}

json::object report(const ToolRun& run) {
    INFO(run.out << run.err);
    CHECK(run.err.empty());
    return json::parse(run.out).as_object();
}

/// The member of each object of a list.
std::vector<std::string> each(const json::object& report, const char* list, const char* member) {
    std::vector<std::string> texts;
    for (const auto& item : report.at(list).as_array()) texts.emplace_back(item.at(member).as_string());
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

STRATA_DB_TEST("migrate --json lists what somebody must decide, with codes and answers, and writes nothing",
               "[migrate][cli][decisions]") {
    const Project project = changed(db, &undecided::metadata);
    const auto run = project({"migrate", "x", "--json"});
    CHECK(run.code == 2);
    const auto found = report(run);
    CHECK(found.at("status").as_string() == "undecided");
    CHECK(each(found, "decisions", "code") == Texts{"likely_rename", "rows_without_value", "rows_without_value"});
    CHECK(each(found, "decisions", "subject") == Texts{"songs.title", "songs.name", "songs.genre"});
    CHECK(found.at("decisions").at(0).at("answers").at(0).at("flag").as_string() == "--rename songs.title:name");
    CHECK(found.at("decisions").at(0).at("answers").at(1).at("flag").as_string() == "--not-renamed songs.title");
    CHECK(found.at("decisions").at(0).at("loses_values").as_bool());
    CHECK(found.at("decisions").at(2).at("answers").at(0).at("flag").as_string() == "--fill songs.genre=VALUE");
    CHECK(found.at("decisions").at(2).at("answers").at(1).at("flag").as_string() == "--no-fill songs.genre");
    CHECK(each(found, "gone", "name") == Texts{"songs.title"});
    CHECK(each(found, "added", "name") == Texts{"songs.name"});
    CHECK(project.files().size() == 1);
}

STRATA_DB_TEST("answered by flags, migrate --json writes the revision and says which and what it does",
               "[migrate][cli][decisions]") {
    const Project project = changed(db, &undecided::metadata);
    const auto run =
        project({"migrate", "a name", "--json", "--rename", "songs.title:name", "--fill", "songs.genre=none"});
    CHECK(run.code == 0);
    const auto written = report(run);
    CHECK(written.at("status").as_string() == "written");
    CHECK(written.at("revision").as_string() == project.id("a_name"));
    CHECK(written.at("file").as_string() == project.file("a_name").string());
    CHECK(written.at("decisions").as_array().empty());
    CHECK(written.at("differences").at(0).as_string() == "rename column songs.title to name");
    project.ok({"upgrade"});
    CHECK(db.shell("SELECT name, genre FROM songs") == "Aria|none");
    const auto clean = project({"migrate", "x", "--json"});
    CHECK(clean.code == 0);
    CHECK(report(clean).at("status").as_string() == "no changes");
    CHECK(project.files().size() == 2);
}

STRATA_DB_TEST("a file answers as the flags do, and is refused with one line where it is none",
               "[migrate][cli][decisions]") {
    const Project project = changed(db, &undecided::metadata);
    const auto file = (db.directory() / "answers.json").string();
    const auto refused = [&](const std::string& text) {
        std::ofstream(file) << text;
        return project.failure({"migrate", "x", "--decisions", file});
    };
    CHECK_THAT(refused("renames"), Contains("it is no JSON object"));
    CHECK_THAT(refused(R"({"renames": []})"),
               Contains("it takes rename, not-renamed, fill") && Contains("not renames"));
    CHECK_THAT(refused(R"({"rename": "songs.title:name"})"), Contains("its member rename must be a list of texts"));
    CHECK_THAT(project.failure({"migrate", "x", "--decisions", file + ".not"}), Contains("cannot read the decisions"));
    CHECK(project.files().size() == 1);
    std::ofstream(file) << R"({"rename": ["songs.title:name"], "no-fill": ["songs.genre"]})";
    CHECK(project({"migrate", "by file", "--json", "--decisions", file}).code == 0);
    CHECK_THAT(project.text("by_file"), Contains("op.rename_column(\"songs\", \"title\", \"name\");") &&
                                            !Contains("op.fill") && Contains("nullable(false)"));
}

STRATA_DB_TEST("check --json reports the same differences, ends with 1 where there are some, and with 0 where not",
               "[migrate][cli][decisions]") {
    Project project = changed(db, &undecided::metadata);
    const auto differs = project({"check", "--json"});
    CHECK(differs.code == 1);
    const auto found = report(differs);
    CHECK(found.at("status").as_string() == "differences");
    CHECK(each(found, "decisions", "code").front() == "likely_rename");
    CHECK(each(found, "changed", "name") == Texts{"songs"});
    project.set_models(&old::metadata);
    const auto clean = project({"check", "--json"});
    CHECK(clean.code == 0);
    CHECK(report(clean).at("status").as_string() == "clean");
    db.shell("CREATE INDEX ix_by_hand ON songs (title)");
    const auto drift = project({"check", "--drift", "--json"});
    CHECK(drift.code == 1);
    CHECK(report(drift).at("status").as_string() == "changed");
    CHECK_THAT(std::string(report(drift).at("differences").at(0).as_string()), Contains("ix_by_hand"));
}

STRATA_DB_TEST("decisions that contradict each other or the models are refused, and nothing is written",
               "[migrate][cli][decisions]") {
    Project project = changed(db, &undecided::with_hint);
    CHECK_THAT(project.failure({"migrate", "x", "--not-renamed", "songs.title"}),
               Contains("--not-renamed songs.title: the models say that it was renamed to name"));
    CHECK_THAT(project.failure({"migrate", "x", "--fill", "songs.genre=none", "--no-fill", "songs.genre"}),
               Contains("--no-fill songs.genre: --fill gives it a value"));
    CHECK_THAT(project.failure({"migrate", "x", "--no-fill", "songs.id"}),
               Contains("--no-fill songs.id: the revision makes no such column NOT NULL"));
    CHECK(project.files().size() == 1);
}

STRATA_DB_TEST("an upgrade's script that would go down is refused with the command that goes there",
               "[migrate][cli][script]") {
    const Project project = changed(db, &undecided::metadata);
    CHECK_THAT(project.failure({"upgrade", "head:base", "--sql"}),
               Contains("base is not above head; 'downgrade head:base --sql' goes down"));
    CHECK(project.ok({"upgrade", "head:head", "--sql"}).empty());
}

STRATA_DB_TEST("a column may be named by the new name of its table, before the table's own rename",
               "[migrate][cli][decisions][rename]") {
    Project project = changed(db, &tables::metadata);
    const bool renamed = GENERATE(true, false);
    if (renamed)
        project.ok({"migrate", "tracks", "--rename", "tracks.title:name", "--rename", "songs:tracks"});
    else
        project.ok({"migrate", "tracks", "--not-renamed", "songs.title", "--rename", "songs:tracks", "--no-fill",
                    "tracks.name"});
    CHECK_THAT(project.text("tracks"), Contains("op.rename_table(\"songs\", \"tracks\");"));
    CHECK((project.text("tracks").find("op.rename_column(\"tracks\", \"title\", \"name\");") != std::string::npos) ==
          renamed);
}

TEST_CASE("a difference names what is new, gone and changed on both sides, and what may be a rename",
          "[migrate][decisions]") {
    using namespace strata;
    using namespace strata::migrate;
    const auto& ddl = schema::ddl_compiler(core::dialect_for(GENERATE("sqlite", "postgresql")));
    const auto before = recorded([](Operations& op) {
        op.create_table("songs", {column("id", Integer{}), column("title", Text{}), column("plays", Integer{})});
        op.create_table("notes", {column("id", Integer{})});
    });
    const auto after = recorded([](Operations& op) {
        op.create_table("songs", {column("id", Integer{}), column("name", Text{}), column("plays", BigInteger{})});
        op.create_table("genres", {column("label", Text{}), column("rank", Integer{})});
    });
    const auto difference = diff(before, after, {}, ddl, *schema::token_comparer());
    using Things = std::vector<Difference::Thing>;
    CHECK(difference.gone == Things{{"column", "songs.title"}, {"table", "notes"}});
    CHECK(difference.added == Things{{"column", "songs.name"}, {"table", "genres"}});
    CHECK(difference.changed == Things{{"table", "songs"}});
    REQUIRE(difference.candidates.size() == 1);
    CHECK(difference.candidates.front().from == "songs.title");
    CHECK(difference.candidates.front().loses_values);
    const auto resolved = resolve(difference, {.renames = {"songs.title:name"}}, {}, ddl, *schema::token_comparer());
    CHECK(resolved.open.empty());
    CHECK(describe(resolved.operations.front()) == "rename column songs.title to name");
    CHECK(resolve(difference, {}, {}, ddl, *schema::token_comparer()).open.size() == 1);
    CHECK(diff(before, before, {}, ddl, *schema::token_comparer()).empty());
}
