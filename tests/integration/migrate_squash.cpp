// Squashing a line of revisions: the command, what it writes, and databases before, in and behind the line.

#include "catalogue_text.hpp"
#include "cli_project.hpp"
#include "migrate_revisions.hpp"
#include "operations/folding.hpp"
#include "random_schemas.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/history.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using namespace strata::test;
namespace migrate = strata::migrate;
namespace schema = strata::schema;
using migrate::Operation;

namespace {

void write(const Project& project, const std::string& id, const std::string& parent, const std::string& message,
           const std::string& upgrade, const std::string& downgrade) {
    const auto parents = parent.empty() ? "" : "\"" + parent + "\"";
    project.write(id, message,
                  "#include <strata/migrate/revision.hpp>\nusing namespace strata::migrate;\nSTRATA_REVISION(" + id +
                      ", revises(" + parents + "), \"" + message + "\",\n    [](Operations& op) {\n        " + upgrade +
                      "\n    },\n    [](Operations& op) {\n        " + downgrade + "\n    })\n");
}

schema::MetaData no_models() { return {}; }

/// Songs in five revisions, of which the second to the fourth are squashed.
void write_songs(const Project& project) {
    std::filesystem::create_directories(project.folder());
    write(project, "a00000000000", "", "users",
          R"(op.create_table("users", {column("id", BigInteger{}).identity(), primary_key("pk_users", {"id"})});)",
          R"(op.drop_table("users");)");
    write(project, "b00000000000", "a00000000000", "songs",
          R"(op.create_table("songs", {column("id", BigInteger{}).identity(), column("title", Text{}),
            primary_key("pk_songs", {"id"})});
        op.create_table("drafts", {column("id", BigInteger{}).identity(), primary_key("pk_drafts", {"id"})});)",
          R"(op.drop_table("drafts"); op.drop_table("songs");)");
    write(project, "c00000000000", "b00000000000", "genre",
          R"(op.add_column("songs", column("genre", String{40}).nullable());
        op.add_column("users", column("name", Text{}).nullable());
        op.add_column("songs", column("user_id", BigInteger{}).nullable());
        op.create_foreign_key("fk_songs_user", "songs", "users", {"user_id"}, {"id"});
        op.create_index("ix_songs_genre", "songs", {"genre"});)",
          R"(op.drop_index("ix_songs_genre", "songs"); op.drop_constraint("fk_songs_user", "songs");
        op.drop_column("songs", "user_id"); op.drop_column("users", "name"); op.drop_column("songs", "genre");)");
    write(project, "d00000000000", "c00000000000", "no_drafts",
          R"(op.alter_column("songs", "genre").type(Text{});
        op.drop_table("drafts");)",
          R"(op.create_table("drafts", {column("id", BigInteger{}).identity(), primary_key("pk_drafts", {"id"})});
        op.alter_column("songs", "genre").type(String{40});)");
    write(project, "e00000000000", "d00000000000", "rating",
          R"(op.add_column("songs", column("rating", Integer{}).nullable());)",
          R"(op.drop_column("songs", "rating");)");
}

/// Database files of their own for each place; on PostgreSQL the one database, emptied.
std::string upgraded_from(const TestDatabase& db, const migrate::Revisions& before, const std::string& stop,
                          const migrate::Revisions& after) {
    std::optional<TestDatabase> file;
    if (db.is_sqlite())
        file.emplace(TestDialect::sqlite);
    else
        db.clear();
    const TestDatabase& place = file ? *file : db;
    const strata::core::Engine engine(place.url());
    const migrate::RunOptions allowed{.destructive = migrate::Destructive::allowed};
    if (!stop.empty()) static_cast<void>(migrate::upgrade(engine, stop, before, allowed));
    static_cast<void>(migrate::upgrade(engine, "head", after, allowed));
    CHECK(migrate::upgrade(engine, "head", after, allowed).empty());
    return catalogue_text(place);
}

}  // namespace

STRATA_DB_TEST("squash folds a line, and a database before, in and behind it upgrades to the same",
               "[migrate][cli][squash]") {
    const Project project(db, &no_models);
    write_songs(project);
    const auto originals = load_revisions(project.folder());
    const auto said =
        project.ok({"squash", "b00000000000:d00000000000", "-m", "songs as they are", "--rev-id", "f00000000000"});
    CHECK_THAT(said, StartsWith("Squashed 3 revisions, 9 operations, into f00000000000, 2 operations: "));
    CHECK_THAT(said, EndsWith("Keep the files of b00000000000 to d00000000000 until no database is between them; then "
                              "delete them.\n"));
    CHECK(project.text("songs_as_they_are") == R"(#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(f00000000000, revises("a00000000000").replaces("b00000000000", "c00000000000", "d00000000000"), "songs as they are",
    [](Operations& op) {
        op.create_table("songs", {
            column("id", BigInteger{}).identity(),
            column("title", Text{}),
            column("genre", Text{}).nullable(),
            column("user_id", BigInteger{}).nullable(),
            primary_key("pk_songs", {"id"}),
            foreign_key("fk_songs_user", {"user_id"}, "users", {"id"}),
            index("ix_songs_genre", {"genre"}),
        });
        op.add_column("users", column("name", Text{}).nullable());
    },
    [](Operations& op) {
        op.drop_column("users", "name");
        op.drop_table("songs");
    })
)");
    CHECK_THAT(project.text("rating"), Contains("revises(\"f00000000000\")"));
    CHECK(project.ok({"heads"}) == "e00000000000 (head)\n");
    CHECK(project.ok({"history"}) ==
          "f00000000000 -> e00000000000 (head), rating\n"
          "a00000000000 -> f00000000000, songs as they are\n"
          "<base> -> a00000000000, users\n");

    write(project, "ffffffffffff", "e00000000000", "length",
          R"(op.add_column("songs", column("length", Integer{}).nullable());)",
          R"(op.drop_column("songs", "length");)");
    const auto squashed = load_revisions(project.folder());
    auto one_by_one = originals;
    one_by_one.push_back(*std::ranges::find(squashed, "ffffffffffff", &migrate::Revision::id));
    const auto wanted = upgraded_from(db, one_by_one, "head", one_by_one);
    for (const std::string stop :
         {"", "a00000000000", "b00000000000", "c00000000000", "d00000000000", "e00000000000"}) {
        INFO(stop);
        CHECK(upgraded_from(db, originals, stop, squashed) == wanted);
    }
    std::filesystem::remove(project.file("genre"));
    CHECK(upgraded_from(db, originals, "a00000000000", load_revisions(project.folder())) == wanted);
}

STRATA_DB_TEST("squash, revision and merge print what they wrote as JSON", "[migrate][cli][squash][json]") {
    const Project project(db, &no_models);
    write_songs(project);
    const auto squashed =
        boost::json::parse(project.ok({"squash", "b00000000000:d00000000000", "--rev-id", "f00000000000", "--json"}))
            .as_object();
    CHECK(squashed.at("status").as_string() == "squashed");
    CHECK(squashed.at("revision").as_string() == "f00000000000");
    CHECK(squashed.at("replaces") == boost::json::array{"b00000000000", "c00000000000", "d00000000000"});
    CHECK(std::filesystem::exists(std::string(squashed.at("file").as_string())));
    const auto written = [&](const std::vector<std::string>& arguments) {
        const auto report = boost::json::parse(project.ok(arguments)).as_object();
        CHECK(report.at("format") == 1);
        CHECK(report.at("status").as_string() == "written");
        CHECK(std::filesystem::exists(std::string(report.at("file").as_string())));
        CHECK(report.at("notes").as_array().empty());
        return std::string(report.at("revision").as_string());
    };
    const auto left = written({"revision", "-m", "left", "--head", "a00000000000", "--splice", "--json"});
    CHECK_THAT(project.text("left"), Contains("STRATA_REVISION(" + left + ", revises(\"a00000000000\")"));
    const auto merged = written({"merge", "-m", "joined", "--json"});
    CHECK_THAT(project.text("joined"), Contains("STRATA_REVISION(" + merged + ", revises("));
}

STRATA_DB_TEST("the commands know a database in the middle of a squashed line", "[migrate][cli][squash]") {
    const Project project(db, &no_models);
    write_songs(project);
    project.ok({"upgrade", "c00000000000"});
    project.ok({"squash", "b00000000000:d00000000000", "--rev-id", "f00000000000"});
    CHECK(project.ok({"current"}) == "c00000000000\n");
    const auto status = project({"status"});
    CHECK(status.code == 1);
    CHECK_THAT(status.out, Contains("To run: 3: d00000000000, f00000000000, e00000000000"));
    CHECK_THAT(project.ok({"plan"}), Contains("d00000000000") && Contains("e00000000000"));
    project.ok({"upgrade", "--allow-destructive"});
    CHECK(project.ok({"current"}) == "e00000000000 (head)\n");
    CHECK_THAT(project.ok({"log"}), Contains(" stamp f00000000000") && Contains(" upgrade d00000000000"));
    CHECK(project({"status"}).code == 0);
    project.ok({"downgrade", "a00000000000"});
    CHECK(project.ok({"current"}) == "a00000000000\n");
    project.ok({"upgrade"});
}

STRATA_DB_TEST("a database behind a squashed line goes on, and back before the line", "[migrate][cli][squash]") {
    const Project project(db, &no_models);
    write_songs(project);
    project.ok({"upgrade", "--allow-destructive"});
    project.ok({"squash", "b00000000000:d00000000000", "--rev-id", "f00000000000"});
    CHECK(project({"status"}).code == 0);
    write(project, "ffffffffffff", "e00000000000", "length",
          R"(op.add_column("songs", column("length", Integer{}).nullable());)",
          R"(op.drop_column("songs", "length");)");
    const auto status = project({"status"});
    CHECK_THAT(status.out, Contains("To run: 1: ffffffffffff") && !Contains("Passed over"));
    project.ok({"upgrade"});
    CHECK_THAT(project.ok({"log"}), Contains(" stamp f00000000000"));
    project.ok({"downgrade", "a00000000000"});
    CHECK(catalogue_text(db).find("songs") == std::string::npos);
    project.ok({"upgrade"});
    project.ok({"downgrade", "base"});
}

STRATA_DB_TEST("a squashed line may lose only what all of it says", "[migrate][cli][squash]") {
    const Project project(db, &no_models);
    std::filesystem::create_directories(project.folder());
    write(project, "a00000000000", "", "one",
          R"(op.create_table("songs", {column("id", BigInteger{}), column("title", Text{}), column("genre", Text{}),
            primary_key("pk_songs", {"id"})});)",
          R"(op.drop_table("songs");)");
    write(project, "b00000000000", "a00000000000", "two",
          R"(op.allow_destructive("nobody reads it"); op.drop_column("songs", "genre");)",
          R"(op.add_column("songs", column("genre", Text{}).nullable());)");
    write(project, "c00000000000", "b00000000000", "three", R"(op.drop_column("songs", "title");)",
          R"(op.add_column("songs", column("title", Text{}).nullable());)");
    CHECK_THAT(project.ok({"squash", "b00000000000:c00000000000", "-m", "less"}),
               Contains("Note: not all of them say op.allow_destructive(), so it does not"));
    CHECK_THAT(project.text("less"), !Contains("allow_destructive"));
    project.ok({"upgrade", "a00000000000"});
    CHECK_THAT(project.failure({"upgrade"}), Contains("nothing was run"));
}

STRATA_DB_TEST("squash refuses what is no line of revisions, and callbacks", "[migrate][cli][squash]") {
    const Project project(db, &no_models);
    std::filesystem::create_directories(project.folder());
    write(project, "a00000000000", "", "one", R"(op.execute("SELECT 1");)", R"(op.execute("SELECT 1");)");
    write(project, "b00000000000", "a00000000000", "two", R"(op.run("fill", 1, [](Connection&) {});)",
          "static_cast<void>(op);");
    write(project, "c00000000000", "b00000000000", "three", "static_cast<void>(op);", "static_cast<void>(op);");
    write(project, "d00000000000", "b00000000000", "four", "static_cast<void>(op);", "static_cast<void>(op);");
    const auto count = project.files().size();
    CHECK_THAT(project.failure({"squash", "a00000000000"}), Contains("squash takes a range of revisions, both ends "
                                                                     "included, as in 'squash 3f2a:91b0'"));
    CHECK_THAT(project.failure({"squash", "a00000000000:a00000000000"}), Contains("the range has 1 revision"));
    CHECK_THAT(project.failure({"squash", "a00000000000:c00000000000"}),
               Contains("two.cpp) is what d00000000000 stands on, and only a line of revisions can be squashed"));
    CHECK_THAT(
        project.failure({"squash", "a00000000000:b00000000000"}),
        Contains("two.cpp) runs a callback, which has no text to take over; squash what comes before it and what "
                 "comes after it"));
    CHECK(project.files().size() == count);
}

STRATA_DB_TEST("whatever a line of revisions does, folding it leaves the same", "[migrate][squash]") {
    const auto& dialect = strata::core::dialect_for(db.is_sqlite() ? "sqlite" : "postgresql");
    const auto& ddl = schema::ddl_compiler(dialect);
    std::size_t all_operations = 0;
    std::size_t folded_operations = 0;
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        RandomSchemas random(seed);
        schema::MetaData state;
        std::vector<Operation> all;
        History one_by_one;
        std::string parent;
        for (int step = 0; step < 4; ++step) {
            auto next = step == 0 ? random.schema() : random.changed(state);
            for (auto& table : next.tables) schema::name_constraints(table);
            const auto operations = migrate::compare_metadata(state, next, ddl, *schema::token_comparer());
            const auto id = "r" + std::to_string(step);
            const auto record = [](const std::vector<Operation>& list) {
                return [list](migrate::Operations& op) {
                    for (const auto& operation : list) op.invoke(operation);
                };
            };
            one_by_one.add(id, parent.empty() ? std::vector<std::string>{} : std::vector{parent}, record(operations),
                           record(migrate::reverse_all(operations, state)));
            all.insert(all.end(), operations.begin(), operations.end());
            parent = id;
            state = std::move(next);
        }
        const auto less = migrate::folded(all, {});
        History in_one;
        in_one.add(
            "s", {},
            [&](migrate::Operations& op) {
                for (const auto& operation : less) op.invoke(operation);
            },
            [&](migrate::Operations& op) {
                for (const auto& operation : migrate::reverse_all(less, {})) op.invoke(operation);
            });
        CHECK(upgraded_from(db, {}, "", in_one.revisions()) == upgraded_from(db, {}, "", one_by_one.revisions()));
        all_operations += all.size();
        folded_operations += less.size();
    }
    CHECK(folded_operations * 2 < all_operations);
}
