#include "project.hpp"

#include "support/paths.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace strata::test {
namespace {

namespace fs = std::filesystem;

fs::path work_directory() { return build_directory() / "scenarios"; }
fs::path shared_directory() { return work_directory() / "devices"; }

/// Copies what a user writes; files that are equal keep their time, so that nothing is built again for nothing.
void copy_project(const fs::path& to) {
    fs::create_directories(to);
    const auto command = run_process({"cp", "-r", "--preserve=timestamps",
                                      (source_directory() / "tests/scenarios/devices/.").string(), to.string()});
    if (command.exit_code != 0) throw std::runtime_error(command.err);
}

std::string shown(const std::vector<std::string>& command, const ProcessResult& result) {
    std::string text = "$";
    for (const auto& word : command) text += " " + word;
    return text + "\nended with " + std::to_string(result.exit_code) + "\n" + result.out + result.err;
}

std::string words(std::string lines) {
    std::replace(lines.begin(), lines.end(), '\n', ' ');
    return lines;
}

}  // namespace

Project::Project(fs::path directory, const std::string& url)
    : directory_(std::move(directory)),
      environment_{{"DATABASE_URL", url},
                   {"CMAKE_PREFIX_PATH", prefix().string()},
                   {"CXX", STRATA_SCENARIO_COMPILER},
                   {"CXXFLAGS", STRATA_SCENARIO_FLAGS},
                   {"LDFLAGS", STRATA_SCENARIO_LINK_FLAGS},
                   {"CMAKE_CXX_COMPILER_LAUNCHER", STRATA_SCENARIO_LAUNCHER},
                   {"CCACHE_BASEDIR", directory_.string()},  // what does not differ between copies is compiled once
                   {"CCACHE_NOHASHDIR", "1"},
                   {"OMP_NUM_THREADS", "1"}} {}  // nproc's answer: one job per build, for ctest runs tests side by side

Project::Project(const TestDatabase& db, History history) : Project(db.directory() / "devices", db.url()) {
    copy_project(directory_);
    if (history == History::kept) return;
    for (const auto& file : revisions()) fs::remove(file);
}

fs::path Project::prefix() { return work_directory() / "prefix"; }

Project Project::shared(const TestDatabase& db) {
    if (!fs::exists(shared_directory() / "build/app"))
        throw std::runtime_error(
            "the shared project is not built; run the test scenarios/set-up before, as ctest does");
    return {shared_directory(), db.url()};
}

void Project::set_up() {
    const auto install = run_process({"cmake", "--install", build_directory().string(), "--prefix", prefix().string()});
    INFO(install.out << install.err);
    REQUIRE(install.exit_code == 0);
    if (fs::exists(shared_directory())) {  // but for its build folder it is made anew
        for (const auto& entry : fs::directory_iterator(shared_directory()))
            if (entry.path().filename() != "build") fs::remove_all(entry.path());
    }
    copy_project(shared_directory());
    const Project project(shared_directory(), "");
    project.db_migrate({"heads"});  // configures as a user's first call does
    for (const auto* const target : {"app", "api", "app_tests"}) project.build(target);
}

void Project::set(const std::string& variable, const std::string& value) {
    const auto found = std::find_if(environment_.begin(), environment_.end(),
                                    [&](const auto& entry) { return entry.first == variable; });
    if (found != environment_.end()) environment_.erase(found);
    environment_.emplace_back(variable, value);
}

ProcessResult Project::run(const std::vector<std::string>& command) const {
    return run_process(command, {.directory = directory_, .environment = environment_});
}

ProcessResult Project::run_on_terminal(const std::vector<std::string>& command, const std::string& answer) const {
    return run_process(
        command, {.input = answer + "\n", .terminal = true, .directory = directory_, .environment = environment_});
}

ProcessResult Project::db_migrate(const std::vector<std::string>& arguments, int exit_code) const {
    std::vector<std::string> command{(prefix() / "share/strata/db_migrate.sh").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto result = run(command);
    INFO(shown(command, result));
    REQUIRE(result.exit_code == exit_code);
    return result;
}

ProcessResult Project::app(const std::vector<std::string>& arguments, int exit_code) const {
    std::vector<std::string> command{(directory_ / "build/app").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto result = run(command);
    INFO(shown(command, result));
    REQUIRE(result.exit_code == exit_code);
    return result;
}

void Project::build(const std::string& target) const {
    const auto result = run({"cmake", "--build", "build", "--target", target, "--parallel", "2"});
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
}

std::string Project::read(const fs::path& file) const {
    std::ifstream stream(directory_ / file);
    if (!stream) throw std::runtime_error("cannot read " + file.string());
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void Project::write(const fs::path& file, const std::string& text) const {
    std::ofstream stream(directory_ / file);
    stream << text;
    stream.close();
    if (!stream) throw std::runtime_error("cannot write " + file.string());
}

void Project::edit(const fs::path& file, const std::string& from, const std::string& to) const {
    auto text = read(file);
    INFO(file << " holds:\n" << text << "\nlooked for: " << from);
    REQUIRE(occurrences(text, from) == 1);
    write(file, text.replace(text.find(from), from.size(), to));
}

void Project::add_member(const std::string& model, const std::string& table, const std::string& after,
                         const std::string& declaration) const {
    const auto name = declaration.substr(declaration.rfind(' ') + 1);
    auto text = read("models.hpp");
    const auto in = [&](const std::string& place, const std::string& text_after, const std::string& addition) {
        const auto start = text.find(place);
        REQUIRE(start != std::string::npos);
        const auto at = text.find(text_after, start);
        REQUIRE(at != std::string::npos);
        text.insert(at + text_after.size(), addition);
    };
    in("struct " + model + " {", " " + after + "{};\n", "    " + declaration + "{};\n");
    in("STRATA_MODEL(" + model + ", " + table + ",", " " + after, ", " + name);
    write("models.hpp", text);
}

fs::path Project::add_sql_revision(const std::string& id, const std::string& revises, const std::string& message,
                                   const std::string& body) const {
    auto file = fs::path("migrations") / ("20990101_000000_" + id + "_" + message + ".sql");
    std::string text = file.string();
    std::replace(text.begin(), text.end(), ' ', '_');
    write(text, "-- revises: " + revises + "\n-- message: " + message + "\n-- upgrade\n" + body);
    return directory_ / text;
}

std::vector<fs::path> Project::revisions() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(directory_ / "migrations"))
        if (entry.path().filename() != "heads") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string revision_id(const fs::path& file) { return file.filename().string().substr(16, 12); }

std::string error_of(const ProcessResult& result) {
    std::istringstream lines(result.err);
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("building ") || line.starts_with("configuring ")) continue;
        if (!text.empty()) text += "\n";
        text += line;
    }
    return text;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
    return count;
}

std::string tables_of(const TestDatabase& db) {
    return words(db.shell(db.is_sqlite() ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                           "'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
                                         : "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"));
}

std::string columns_of(const TestDatabase& db, const std::string& table) {
    return words(db.shell(db.is_sqlite() ? "SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid"
                                         : "SELECT column_name FROM information_schema.columns WHERE table_name = '" +
                                               table + "' ORDER BY ordinal_position"));
}

bool is_nullable(const TestDatabase& db, const std::string& table, const std::string& column) {
    const auto says =
        db.shell(db.is_sqlite() ? "SELECT iif(\"notnull\", 'NO', 'YES') FROM pragma_table_info('" + table +
                                      "') WHERE name = '" + column + "'"
                                : "SELECT is_nullable FROM information_schema.columns WHERE table_name = '" + table +
                                      "' AND column_name = '" + column + "'");
    REQUIRE((says == "YES" || says == "NO"));
    return says == "YES";
}

std::string indexes_of(const TestDatabase& db, const std::string& table) {
    return words(db.shell(
        db.is_sqlite() ? "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '" +
                             table + "' ORDER BY 1"
                       : "SELECT indexname FROM pg_indexes WHERE tablename = '" + table +
                             "' AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY 1"));
}

}  // namespace strata::test
