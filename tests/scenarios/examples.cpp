// What the examples and the quickstart show.
#include "project.hpp"
#include "support/paths.hpp"

#include <fstream>
#include <sstream>

using Catch::Matchers::Contains;
using strata::test::build_directory;
using strata::test::Project;
using strata::test::run_process;
using strata::test::source_directory;

namespace {

std::filesystem::path music() { return source_directory() / "examples/01_music"; }

std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

STRATA_DB_TEST("the music example prints what its output.txt says", "[example]") {
    const auto result = run_process({(build_directory() / "examples/01_music/music").string(), db.url()});
    INFO(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.out == read(music() / "output.txt"));
    CHECK(db.shell("SELECT email, title, status FROM songs JOIN users ON users.id = user_id ORDER BY songs.id") ==
          "ada@example.org|Aria|queued\nbob@example.org|Canon|queued");
}

STRATA_DB_TEST("after the music example's migrations check finds nothing", "[example]") {
    const auto music_migrate = [&](const std::string& command) {
        const auto result =
            run_process({(build_directory() / "examples/01_music/music_migrate").string(), "--url", db.url(), command});
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == 0);
        return result.out;
    };
    CHECK_THAT(music_migrate("upgrade"), Contains("Running upgrade") && Contains("initial schema"));
    CHECK_THAT(music_migrate("check"), Contains("No new upgrade operations detected."));
    CHECK_THAT(music_migrate("current"), Contains("(head)"));
    const auto app = run_process({(build_directory() / "examples/01_music/music").string(), db.url()});
    CHECK(app.exit_code == 0);
    CHECK_THAT(app.out, Contains("created no table\n") && Contains("created 2 users and 3 songs\n"));
    CHECK_THAT(music_migrate("downgrade"), Contains("Running downgrade"));
    CHECK(strata::test::tables_of(db) == "strata_history strata_version");
}

STRATA_DB_TEST("the service example's own tests pass", "[example]") {
    if (db.is_postgresql() && strata::test::surrounding() == strata::test::Surrounding::foreign)
        db.admin_shell(
            "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO strata_app', current_database()); END $$");
    const auto result = run_process(
        {"env", "TEST_DATABASE_URL=" + db.url(), (build_directory() / "examples/02_service/service_tests").string()});
    INFO(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.out == "all tests passed on " + std::string(db.dialect_name()) + "\n");
}

STRATA_DB_TEST("after the service example's migrations check finds nothing", "[example]") {
    for (const auto* const command : {"upgrade", "check", "downgrade", "upgrade", "check"}) {
        const auto result = run_process(
            {(build_directory() / "examples/02_service/service_migrate").string(), "--url", db.url(), command});
        INFO(result.out << result.err);
        REQUIRE(result.exit_code == 0);
    }
    CHECK(db.shell("SELECT count(*) FROM products") == "0");
}

TEST_CASE("the README's program compiles and runs unchanged", "[example][sqlite]") {
    const auto readme = read(source_directory() / "README.md");
    const auto from = [&](const std::string& start, const std::string& end) {
        const auto at = readme.find(start);
        REQUIRE(at != std::string::npos);
        return readme.substr(at, readme.find(end, at) - at);
    };
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    const Project project(db, Project::History::none);
    project.write("main.cpp",
                  "#include <strata/dal.hpp>\n#include <strata/schema/schema.hpp>\n#include <strata/schema/table.hpp>\n"
                  "#include <boost/describe/enum.hpp>\n#include <iostream>\n" +
                      from("// models.hpp", "// main.cpp") + "int main() {\n" + from("// main.cpp", "```") +
                      "for (auto& song : page) std::cout << song.title;\n"
                      "for (auto& [email, songs] : per) std::cout << ' ' << email << ' ' << songs;\n}\n");
    project.write("CMakeLists.txt",
                  "cmake_minimum_required(VERSION 3.25)\nproject(readme LANGUAGES CXX)\nfind_package(strata REQUIRED)\n"
                  "add_executable(app main.cpp)\ntarget_link_libraries(app PRIVATE strata::schema strata::dal)\n");
    REQUIRE(project.run({"cmake", "-S", ".", "-B", "build", "-G", "Ninja"}).exit_code == 0);
    project.build("app");
    CHECK(project.app({}).out == "Aria ada@example.org 1");
}

namespace {

/// The README's section as a shell would run it, from an empty folder: its commands and its files in their order, each
/// command shown before what it prints. What installs Strata, in its own folder, comes first there and is left out.
std::string script_of_first_project() {
    const auto readme = read(source_directory() / "README.md");
    const auto start = readme.find("\n## A first project\n");
    REQUIRE(start != std::string::npos);
    std::istringstream lines(readme.substr(start, readme.find("\n## ", start + 1) - start));
    std::string script = "set -e\n";
    int consoles = 0;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("```")) continue;
        const bool console = line == "```console";
        if (console) ++consoles;
        bool first = true;
        while (std::getline(lines, line) && line != "```") {
            if (console) {
                if (line.starts_with("$ ") && consoles > 1)
                    script += "cat <<'STRATA_SHOWN'\n" + line + "\nSTRATA_SHOWN\n" + line.substr(2) + "\n";
            } else if (first) {
                script += "cat >" + line.substr(line.find(' ') + 1) + " <<'STRATA_FILE'\n";
            } else {
                script += line + "\n";
            }
            first = false;
        }
        if (!console) script += "STRATA_FILE\n";
    }
    return script;
}

}  // namespace

STRATA_DB_TEST("the README's first project, from an empty folder, as written", "[example][readme]") {
    auto script = script_of_first_project();
    const std::string url = "export DATABASE_URL=sqlite:///music.db\n";
    REQUIRE(strata::test::occurrences(script, "\n" + url) == 1);
    if (db.is_postgresql()) script.replace(script.rfind(url), url.size(), "export DATABASE_URL='" + db.url() + "'\n");
    auto project = Project::shared(db);
    if (const auto cache = run_process({"sh", "-c", "ccache --get-config cache_dir"}); cache.exit_code == 0)
        project.set("CCACHE_DIR", cache.out.substr(0, cache.out.find('\n')));
    project.set("HOME", db.directory().string());
    project.set("DATABASE_URL", "");
    project.set("CMAKE_PREFIX_PATH", "");
    std::filesystem::create_directory_symlink(Project::prefix(), db.directory() / "strata");

    const auto result = project.run({"bash", "-c", "cd \"$HOME\"\n" + script});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    CHECK_THAT(result.out, Contains("\n$ db_migrate.sh migrate \"first tables\"\nCompared 1 table: songs\n"));
    CHECK_THAT(result.out, Contains("\n$ build/music\n1 Aria 0\n"));
    CHECK_THAT(result.out, Contains("\nDetected add column songs.genre\n"));
    CHECK_THAT(result.out, Contains(" (head), add genre to songs\n<base> -> "));
    CHECK_THAT(result.out, Contains("\n$ db_migrate.sh downgrade\nRunning downgrade "));
    const auto shown = [&](const std::string& sql) {
        if (db.is_postgresql()) return db.shell(sql);
        const auto out = run_process({"sqlite3", (db.directory() / "music/music.db").string(), sql}).out;
        return out.substr(0, out.find('\n'));
    };
    CHECK(shown("SELECT * FROM songs") == "1|Aria 0");
    CHECK(shown("SELECT count(*) FROM strata_version") == "1");
}

TEST_CASE("the quickstart shows tables, rows and a migration up and down", "[example][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    std::vector<std::string> command{(source_directory() / "tools/quickstart.sh").string(), "--directory",
                                     db.directory().string()};
    if (!strata::test::long_run()) {  // else it builds Strata, as it does for a user
        command.insert(command.end(), {"--prefix", Project::prefix().string()});
    }
    const auto result = Project::shared(db).run(command);
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
    CHECK_THAT(result.out, Contains("\n$ build/music sqlite:///first.db\n" + read(music() / "output.txt")));
    CHECK_THAT(result.out, Contains("\n$ db_migrate.sh migrate \"initial schema\"\n"));
    CHECK_THAT(result.out, Contains("\n$ db_migrate.sh migrate \"add genre to songs\"\n"));
    CHECK_THAT(result.out, Contains("Detected add column songs.genre\n"));
    CHECK_THAT(result.out, Contains("op.add_column(\"songs\", column(\"genre\", String{100}).nullable());"));
    const auto upgraded = result.out.find(", add genre to songs\n");
    const auto kept = result.out.find("id|title|genre|status|user_id\n1|Aria||queued|1\n3|Canon||queued|2\n");
    const auto downgraded = result.out.find("\n$ db_migrate.sh downgrade\nRunning downgrade ");
    const auto still = result.out.rfind("id|title|status|user_id\n1|Aria|queued|1\n3|Canon|queued|2\n");
    const auto history = result.out.find(" (head), add genre to songs\n<base> -> ");
    CHECK(upgraded < kept);
    CHECK(kept < downgraded);
    CHECK(downgraded < still);
    CHECK(still < history);
    CHECK(history != std::string::npos);
}

TEST_CASE("a step of the quickstart that fails is reported in one line", "[example][sqlite]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    const auto quickstart = [&](const std::string& prefix) {
        return run_process({(source_directory() / "tools/quickstart.sh").string(), "--prefix", prefix, "--directory",
                            db.directory().string()});
    };
    const auto nothing_there = quickstart(db.directory().string());
    CHECK(nothing_there.exit_code == 2);
    CHECK(nothing_there.err == "quickstart.sh: no Strata is installed in " + db.directory().string() + "\n");

    std::filesystem::create_directories(db.directory() / "share/strata");
    std::ofstream(db.directory() / "share/strata/db_migrate.sh") << "#!/bin/sh\nexit 2\n";
    std::filesystem::permissions(db.directory() / "share/strata/db_migrate.sh", std::filesystem::perms::owner_all);
    const auto failing = quickstart(db.directory().string());
    CHECK(failing.exit_code == 2);
    CHECK(failing.err == "quickstart.sh: 'db_migrate.sh init' failed\n");
}

TEST_CASE("colours are for a terminal, and for who asks for them", "[example][sqlite]") {
    if (!strata::test::has_terminals()) {
        WARN("not run: this machine gives no pseudo terminals");
        return;
    }
    const strata::test::TestDatabase db(strata::test::TestDialect::sqlite);
    const auto tool = (build_directory() / "examples/01_music/music_migrate").string() + " --url " + db.url() + " ";
    /// What the command prints on a terminal, or into a pipe; standard error is there too.
    const auto prints = [&](const std::string& arguments, const std::string& environment, bool terminal) {
        const auto command = "env -u NO_COLOR TERM=xterm " + environment + " " + tool + arguments + " 2>&1";
        auto result = run_process(terminal ? std::vector<std::string>{"script", "-qec", command, "/dev/null"}
                                           : std::vector<std::string>{"sh", "-c", command + " | cat"});
        return result.out;
    };
    const std::string head = "\x1b[36m(head)\x1b[0m";
    CHECK_THAT(prints("heads", "", true), Contains(head));
    CHECK_THAT(prints("history --graph", "", true), Contains(head));
    CHECK_THAT(prints("upgrade nothing", "", true), Contains("\x1b[31mFAILED:\x1b[0m "));
    CHECK_THAT(prints("upgrade --color always nothing", "", false), Contains("\x1b[31mFAILED:\x1b[0m "));
    for (const auto& text :
         {prints("heads", "", false), prints("heads", "NO_COLOR=1", true), prints("heads", "TERM=dumb", true),
          prints("heads --color never", "", true), prints("heads --json", "", true),
          prints("heads --json --color always", "", false), prints("upgrade nothing", "", false)}) {
        INFO(text);
        CHECK_FALSE(text.empty());
        CHECK(text.find('\x1b') == std::string::npos);
    }
}
