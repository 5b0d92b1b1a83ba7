// Two branches of a repository: the file of heads, rebase, and check --branch, with git itself.

#include "cli_project.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/process.hpp"

#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using namespace strata::test;
namespace schema = strata::schema;
namespace fs = std::filesystem;

namespace {

std::string revision_text(const std::string& id, const std::string& parents, const std::string& message,
                          const std::string& upgrade, const std::string& downgrade) {
    return "#include <strata/migrate/revision.hpp>\n\nusing namespace strata::migrate;\n\nSTRATA_REVISION(" + id +
           ", revises(" + parents + "), \"" + message + "\",\n    [](Operations& op) { " + upgrade +
           " },\n    [](Operations& op) { " + downgrade + " })\n";
}

std::string sql_text(const std::string& parents, const std::string& message, const std::string& upgrade,
                     const std::string& downgrade) {
    return "-- revises: " + parents + "\n-- message: " + message + "\n-- upgrade\n" + upgrade + "\n-- downgrade\n" +
           downgrade + "\n";
}

/// A repository of git with a project in it: the branch `main` with a table of songs, at which the test begins.
class Repository {
public:
    enum class In { sql, cpp };  // SQL needs no compiler

    explicit Repository(const TestDatabase& db, In language = In::sql)
        : project_(db, &models), db_(db), language_(language) {
        fs::create_directories(project_.folder());
        git({"init", "--quiet", "--initial-branch=main"});
        git({"config", "user.name", "Anna"});
        git({"config", "user.email", "anna@example.com"});
        std::ofstream(db.directory() / ".gitignore")
            << "*\n!migrations\n!migrations/*.cpp\n!migrations/*.sql\n!heads\n";
        if (language == In::cpp) {
            write("a00000000000", "", "songs",
                  "op.create_table(\"songs\", {column(\"id\", BigInteger{}).identity(), column(\"title\", Text{}), "
                  "column(\"kind\", Enum{\"kind\", {\"pop\", \"jazz\"}}), primary_key(\"pk_songs\", {\"id\"})});",
                  "op.drop_table(\"songs\");");
        } else {
            write("a00000000000", "nothing", "songs",
                  "CREATE TABLE songs (id BIGINT PRIMARY KEY, title TEXT, kind TEXT);", "DROP TABLE songs;");
        }
        commit("songs", "a00000000000");
    }

    static schema::MetaData models() { return {}; }

    void write(const std::string& id, const std::string& parents, const std::string& message,
               const std::string& upgrade, const std::string& downgrade) const {
        if (language_ == In::cpp)
            return project_.write(
                id, message,
                revision_text(id, parents.empty() ? "" : '"' + parents + '"', message, upgrade, downgrade));
        std::ofstream(project_.folder() / ("20990101_000000_" + id + "_" + message + ".sql"))
            << sql_text(parents, message, upgrade, downgrade);
    }
    /// A revision of the branch that is checked out.
    void add(const std::string& id, const std::string& parent, const std::string& message, const std::string& upgrade,
             const std::string& downgrade) const {
        write(id, parent, message, upgrade, downgrade);
        commit(message, id);
    }
    void commit(const std::string& message, const std::string& head) const {
        if (language_ == In::sql)
            project_.ok({"heads", "--write"});
        else
            std::ofstream(project_.folder() / "heads") << head << "\n";
        git({"add", "--all", project_.folder().string()});
        git({"commit", "--quiet", "-m", message});
    }
    ProcessResult try_git(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"git", "-C", db_.directory().string(), "-c", "core.editor=true"});
        return run_process(arguments);
    }
    void git(const std::vector<std::string>& arguments) const {
        const auto result = try_git(arguments);
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == 0);
    }
    [[nodiscard]] std::string heads() const { return read(project_.folder() / "heads"); }
    [[nodiscard]] std::string text(const std::string& id) const {
        for (const auto& entry : fs::directory_iterator(project_.folder()))
            if (entry.path().string().find(id) != std::string::npos && entry.path().extension() != ".cc" &&
                entry.path().extension() != ".so")
                return read(entry.path());
        return {};
    }
    [[nodiscard]] const Project& tool() const { return project_; }

private:
    static std::string read(const fs::path& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    Project project_;
    const TestDatabase& db_;
    In language_;
};

const std::string add_genre = "ALTER TABLE songs ADD COLUMN genre TEXT;";
const std::string drop_genre = "ALTER TABLE songs DROP COLUMN genre;";
const std::string add_rating = "ALTER TABLE songs ADD COLUMN rating INTEGER;";
const std::string drop_rating = "ALTER TABLE songs DROP COLUMN rating;";
namespace cpp {
const std::string add_genre = R"(op.add_column("songs", column("genre", Text{}).nullable());)";
const std::string drop_genre = R"(op.drop_column("songs", "genre");)";
const std::string add_rating = R"(op.add_column("songs", column("rating", Integer{}).nullable());)";
const std::string drop_rating = R"(op.drop_column("songs", "rating");)";
}  // namespace cpp

std::string columns_of(const TestDatabase& db, const std::string& table) {
    return db.shell(db.is_sqlite() ? "SELECT group_concat(name, ' ') FROM pragma_table_info('" + table + "')"
                                   : "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM "
                                     "information_schema.columns WHERE table_name = '" +
                                         table + "' AND table_schema = current_schema()");
}

/// The branch `mine` adds a genre and `main` a rating; git is in the middle of merging main into mine.
void merge_two_branches(const Repository& repository) {
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", add_genre, drop_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "rating", add_rating, drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    CHECK(repository.try_git({"merge", "main"}).exit_code == 1);
}

}  // namespace

STRATA_DB_TEST("a revision that is written becomes the one in the file of heads", "[migrate][cli][branches]") {
    const Project project(db, &Repository::models);
    fs::create_directories(project.folder());
    project.ok({"revision", "-m", "one"});
    const auto heads = [&] {
        std::ostringstream text;
        text << std::ifstream(project.folder() / "heads").rdbuf();
        return text.str();
    };
    CHECK_THAT(heads(), StartsWith("# "));
    CHECK_THAT(heads(), EndsWith("\n" + project.id("one") + "\n"));
    project.ok({"revision", "-m", "two"});
    CHECK_THAT(heads(), EndsWith("\n" + project.id("two") + "\n"));
    CHECK_THAT(heads(), !Contains(project.id("one")));
    project.ok({"revision", "-m", "three", "--head", project.id("one"), "--splice"});
    CHECK_THAT(heads(), Contains(project.id("two")) && Contains(project.id("three")));
    project.ok({"merge"});
    CHECK_THAT(heads(), !Contains(project.id("two")) && !Contains(project.id("three")));
}

STRATA_DB_TEST("check tells a file of heads that is not what the history ends with", "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    tool.ok({"upgrade"});
    std::ofstream(tool.folder() / "heads") << "# words\nffffffffffff\n";
    const auto outcome = tool({"check"});
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.out,
               Contains("heads names ffffffffffff, and the history ends with a00000000000; 'heads --write' "
                        "writes it anew"));
    tool.ok({"heads", "--write"});
    CHECK_THAT(tool({"check"}).out, !Contains("ffffffffffff"));
}

STRATA_DB_TEST("two branches conflict in git, and rebase puts mine behind theirs", "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    merge_two_branches(repository);
    CHECK_THAT(repository.heads(), Contains("<<<<<<<"));
    CHECK_THAT(tool.failure({"revision", "-m", "third"}),
               Contains("heads has a conflict: two branches have each added a revision; put yours behind theirs with "
                        "'rebase', or join both with 'merge'"));

    CHECK_THAT(tool.ok({"rebase"}), StartsWith("Rebased b00000000000 -> revises c00000000000: "));
    CHECK_THAT(repository.heads(), EndsWith("\nb00000000000\n") && !Contains("<<<"));
    CHECK(repository.text("b00000000000") == sql_text("c00000000000", "genre", add_genre, drop_genre));
    repository.git({"add", "--all", tool.folder().string()});
    repository.git({"commit", "--quiet", "-m", "merged"});

    tool.ok({"upgrade"});
    CHECK(tool.ok({"current"}) == "b00000000000 (head)\n");
    CHECK(columns_of(db, "songs") == "id title kind rating genre");
    tool.ok({"downgrade", "base"});
    tool.ok({"upgrade"});
}

STRATA_DB_TEST("rebase prints as JSON what it has moved, and that there was nothing",
               "[migrate][cli][branches][json]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    merge_two_branches(repository);
    const auto moved = boost::json::parse(tool.ok({"rebase", "--json"})).as_object();
    CHECK(moved.at("status").as_string() == "rebased");
    const auto& first = moved.at("revisions").as_array().at(0).as_object();
    CHECK(first.at("revision").as_string() == "b00000000000");
    CHECK(first.at("revises") == boost::json::array{"c00000000000"});
    CHECK_FALSE(first.at("written_anew").as_bool());
    CHECK(std::filesystem::exists(std::string(first.at("file").as_string())));
    const auto again = boost::json::parse(tool.ok({"rebase", "c00000000000", "--json"})).as_object();
    CHECK(again.at("status").as_string() == "nothing to do");
    CHECK(again.at("revisions").as_array().empty());
}

STRATA_DB_TEST("rebase knows the branch that git rebases onto", "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", add_genre, drop_genre);
    repository.add("b00000000001", "b00000000000", "no_genre", drop_genre, add_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "rating", add_rating, drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    CHECK(repository.try_git({"rebase", "main"}).exit_code != 0);
    tool.ok({"rebase"});
    repository.git({"add", "--all", tool.folder().string()});
    repository.git({"rebase", "--continue"});
    CHECK(tool.ok({"heads"}) == "b00000000001 (head)\n");
    CHECK_THAT(repository.heads(), EndsWith("\nb00000000001\n"));
    CHECK_THAT(repository.text("b00000000000"), Contains("-- revises: c00000000000\n"));
}

STRATA_DB_TEST("rebase writes anew what stands on something that theirs has renamed", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", cpp::add_genre, cpp::drop_genre);
    repository.add("b00000000001", "b00000000000", "nothing_of_songs", R"(op.drop_table("songs");)",
                   R"(op.create_table("songs", {column("id", BigInteger{}).identity(), column("title", Text{}),
            column("kind", Enum{"kind", {"pop", "jazz"}}), column("genre", Text{}).nullable(),
            primary_key("pk_songs", {"id"}),});)");
    repository.git({"checkout", "--quiet", "main"});
    repository.add(
        "c00000000000", "a00000000000", "tracks",
        R"(op.rename_table("songs", "tracks"); op.add_column("tracks", column("rating", Integer{}).nullable());)",
        R"(op.drop_column("tracks", "rating"); op.rename_table("tracks", "songs");)");
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});

    const auto said = tool.ok({"rebase"});
    CHECK_THAT(said, Contains("Rebased b00000000000 -> revises c00000000000, its code written anew: "));
    CHECK_THAT(said, Contains("Rebased b00000000001 -> revises b00000000000, its code written anew: "));
    CHECK(repository.text("b00000000000") == R"(#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(b00000000000, revises("c00000000000"), "genre",
    [](Operations& op) { op.add_column("tracks", column("genre", Text{}).nullable()); },
    [](Operations& op) { op.drop_column("tracks", "genre"); })
)");
    // What comes back is the table as theirs has left it.
    CHECK(repository.text("b00000000001") == R"(#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(b00000000001, revises("b00000000000"), "nothing_of_songs",
    [](Operations& op) {
        // destructive: drops table tracks and its rows
        op.drop_table("tracks");
    },
    [](Operations& op) {
        op.create_table("tracks", {
            column("id", BigInteger{}).identity(),
            column("title", Text{}),
            column("kind", Enum{"kind", {"pop", "jazz"}}),
            column("rating", Integer{}).nullable(),
            column("genre", Text{}).nullable(),
            primary_key("pk_songs", {"id"}),
        });
    })
)");
    tool.ok({"upgrade", "--allow-destructive"});
    tool.ok({"downgrade", "-1"});
    CHECK(columns_of(db, "tracks") == "id title kind rating genre");
    tool.ok({"downgrade", "base"});
}

STRATA_DB_TEST("rebase joins the labels that both branches add to an enum type", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    const auto labels = [](const std::string& list) {
        return "op.alter_column(\"songs\", \"kind\").type(Enum{\"kind\", {" + list + "}});";
    };
    const std::string before = R"("pop", "jazz")";
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "folk", labels(R"("pop", "folk", "jazz")"), labels(before));
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "soul", labels(R"("pop", "jazz", "soul")"), labels(before));
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    tool.ok({"rebase"});
    CHECK_THAT(repository.text("b00000000000"), Contains(R"(Enum{"kind", {"pop", "folk", "jazz", "soul"}})"));
    CHECK_THAT(repository.text("b00000000000"), Contains(R"(Enum{"kind", {"pop", "jazz", "soul"}})"));
    tool.ok({"upgrade"});
    db.shell("INSERT INTO songs (title, kind) VALUES ('a', 'folk'), ('b', 'soul')");
}

STRATA_DB_TEST("what was written by hand stays, and rebase says where somebody must look", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "title", "op.drop_column(\"songs\", std::string(\"title\"));",
                   R"(op.add_column("songs", column("title", Text{}));)");
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "long_title",
                   R"(op.alter_column("songs", "title").type(String{99});)",
                   R"(op.alter_column("songs", "title").type(Text{});)");
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    const auto said = tool.ok({"rebase"});
    CHECK_THAT(said, Contains("Note: it was changed by hand, so its downgrade stays as it is; look whether it is right "
                              "behind the other branch."));
    CHECK_THAT(repository.text("b00000000000"),
               Contains("std::string(\"title\")") && Contains("revises(\"c00000000000\")") && Contains("Text{}"));
}

STRATA_DB_TEST("rebase refuses what cannot run behind theirs, and changes nothing", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", cpp::add_genre, cpp::drop_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "genre_too",
                   R"(op.add_column("songs", column("genre", Integer{}).nullable());)", cpp::drop_genre);
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    const auto heads = repository.heads();
    const auto text = repository.text("b00000000000");
    CHECK_THAT(
        tool.failure({"rebase"}),
        Contains("revision b00000000000 (20990101_000000_b00000000000_genre.cpp) cannot run behind c00000000000: "
                 "add column songs.genre: table songs has a column genre already; change it by hand so that it "
                 "can"));
    CHECK(repository.heads() == heads);
    CHECK(repository.text("b00000000000") == text);
}

STRATA_DB_TEST("rebase asks for a branch, and refuses one that is not known or not here", "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", add_genre, drop_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "rating", add_rating, drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    CHECK_THAT(tool.failure({"rebase"}), Contains("say what yours shall come behind: a branch of git, as in 'rebase "
                                                  "main', or a revision; the heads are b00000000000"));
    CHECK_THAT(tool.failure({"rebase", "nowhere"}), Contains("Can't locate revision identified by 'nowhere'"));
    CHECK_THAT(tool.failure({"rebase", "main"}),
               Contains("revision c00000000000 of main is not here, so that it cannot be looked at; merge first, as "
                        "with 'git merge --no-commit main'"));
    CHECK_THAT(tool.failure({"check", "--branch", "main"}), Contains("revision c00000000000 of main is not here"));
    CHECK_THAT(tool.failure({"check", "--branch", "--output=x"}), Contains("--output"));
    CHECK_THAT(tool.ok({"rebase", "a00000000000"}), Contains("yours come behind theirs already"));
}

STRATA_DB_TEST("rebase moves nothing that the database has", "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", add_genre, drop_genre);
    tool.ok({"upgrade"});
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "rating", add_rating, drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    CHECK_THAT(tool.failure({"rebase"}),
               Contains("the database has b00000000000, which is to come behind what it does not have; take it back "
                        "first with 'downgrade a00000000000', and upgrade after the rebase"));
    tool.ok({"downgrade", "a00000000000"});
    tool.ok({"rebase"});
    tool.ok({"upgrade"});
    CHECK(columns_of(db, "songs") == "id title kind rating genre");
}

STRATA_DB_TEST("a branch that both have stays where it is when mine is rebased", "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    std::ofstream(tool.folder() / "20990101_000000_e00000000000_billing.sql")
        << "-- revises: a00000000000\n-- label: billing\n-- message: billing\n-- upgrade\nCREATE TABLE bills (id "
           "BIGINT);\n-- downgrade\nDROP TABLE bills;\n";
    repository.commit("billing", "e00000000000");
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", add_genre, drop_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "rating", add_rating, drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    CHECK_THAT(tool.failure({"rebase"}),
               Contains("theirs has several heads") && Contains("c00000000000") &&
                   Contains("name the one that yours shall come behind, and yours with --head"));
    CHECK_THAT(tool.failure({"rebase", "c00000000000"}), Contains("there are several heads beside c00000000000") &&
                                                             Contains("say with --head which one is yours"));
    CHECK_THAT(tool.ok({"rebase", "c00000000000", "--head", "b00000000000"}),
               StartsWith("Rebased b00000000000 -> revises c00000000000: "));
    CHECK_THAT(repository.text("e00000000000"), StartsWith("-- revises: a00000000000\n"));
    CHECK_THAT(repository.heads(), Contains("b00000000000") && Contains("e00000000000") && !Contains("c00000000000"));
    tool.ok({"upgrade", "heads"});
}

STRATA_DB_TEST("a database that has what was rebased elsewhere is not taken for one that has theirs",
               "[migrate][cli][branches]") {
    const Repository repository(db);
    const auto& tool = repository.tool();
    merge_two_branches(repository);
    tool.ok({"upgrade", "b00000000000"});
    tool.ok({"rebase", "--offline"});
    const auto reason =
        "revision c00000000000 (20990101_000000_c00000000000_rating.sql) has not run here, although "
        "b00000000000, which follows now, has";
    repository.write("d00000000000", "b00000000000", "next", add_rating, drop_rating);
    CHECK_THAT(
        tool.failure({"upgrade"}),
        Contains(reason) && Contains("take the database back with 'downgrade a00000000000' and upgrade again, or "
                                     "say with 'stamp --purge b00000000000' that it has all of it"));
    CHECK(columns_of(db, "songs") == "id title kind genre");
    CHECK_THAT(tool({"status"}).out, Contains(std::string("Passed over: ") + reason));
    fs::remove(tool.folder() / "20990101_000000_d00000000000_next.sql");
    CHECK_THAT(tool({"check"}).out, Contains(std::string("Passed over: ") + reason));
    CHECK_THAT(tool.failure({"downgrade", "-1"}), Contains(reason));

    tool.ok({"downgrade", "a00000000000"});
    CHECK(columns_of(db, "songs") == "id title kind");
    tool.ok({"upgrade"});
    CHECK(columns_of(db, "songs") == "id title kind rating genre");
    tool.ok({"upgrade"});
}

STRATA_DB_TEST("check --branch says that two branches commute", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", cpp::add_genre, cpp::drop_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "rating", cpp::add_rating, cpp::drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    CHECK(tool.ok({"check", "--branch", "main"}) ==
          "The order does not matter: mine (b00000000000) and theirs (c00000000000) end in the same schema.\n");
    const auto report = boost::json::parse(tool.ok({"check", "--branch", "c00000000000", "--json"})).as_object();
    CHECK(report.at("status").as_string() == "commute");
    CHECK(report.at("mine").as_array().at(0).as_string() == "b00000000000");
    CHECK(report.at("theirs").as_array().at(0).as_string() == "c00000000000");
    CHECK(report.at("reasons").as_array().empty());
}

STRATA_DB_TEST("check --branch says because of what two branches conflict", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "short", R"(op.alter_column("songs", "title").type(String{10});)",
                   R"(op.alter_column("songs", "title").type(Text{});)");
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "long", R"(op.alter_column("songs", "title").type(String{99});)",
                   R"(op.alter_column("songs", "title").type(Text{});)");
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    const auto outcome = tool({"check", "--branch", "main"});
    CHECK(outcome.code == 1);
    CHECK(outcome.out ==
          "The order matters: mine (b00000000000) and theirs (c00000000000) conflict.\n"
          "  where b00000000000 comes last instead of first, it ends with: alter column songs.title (type): "
          "VARCHAR(99) -> VARCHAR(10)\n");
}

STRATA_DB_TEST("check --branch says where SQL of a revision keeps it from telling", "[migrate][cli][branches]") {
    const Repository repository(db, Repository::In::cpp);
    const auto& tool = repository.tool();
    repository.git({"checkout", "--quiet", "-b", "mine"});
    repository.add("b00000000000", "a00000000000", "genre", cpp::add_genre, cpp::drop_genre);
    repository.git({"checkout", "--quiet", "main"});
    repository.add("c00000000000", "a00000000000", "own",
                   R"(op.execute("ALTER TABLE songs ADD COLUMN rating INTEGER");)", cpp::drop_rating);
    repository.git({"checkout", "--quiet", "mine"});
    repository.try_git({"merge", "main"});
    const auto outcome = tool({"check", "--branch", "main"});
    if (db.is_sqlite()) {  // its SQL is followed
        CHECK(outcome.code == 0);
    } else {
        CHECK(outcome.code == 1);
        CHECK_THAT(outcome.out,
                   StartsWith("Whether the order matters cannot be told: ") &&
                       Contains("only the database knows what table songs is since revision c00000000000"));
    }
}
