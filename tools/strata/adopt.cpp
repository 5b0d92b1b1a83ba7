#include "adopt.hpp"

#include "placement.hpp"
#include "process.hpp"

#include <strata/core/error.hpp>
#include <strata/core/url.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace strata::tool {
namespace {

namespace fs = std::filesystem;

void write_if_missing(const fs::path& path, const std::string& text) {
    if (fs::exists(path)) return;
    std::ofstream file(path);
    file << text;
    file.close();
    if (!file) throw UsageError("cannot write " + path.string() + "; check the folder and its rights");
}

enum class Output { shown, log };

/// The folder's build, in `build` inside it.
class Build {
public:
    Build(fs::path folder, std::string target)
        : folder_(std::move(folder)), build_(folder_ / "build"), target_(std::move(target)) {}

    void configure() const {
        fs::create_directories(build_);
        std::ofstream(log(), std::ios::trunc);
        ProgramCall cmake{"cmake", "-S", folder_.string(), "-B", build_.string()};
        if (run_programs({{"ninja", "--version"}}, log()) == 0 && !fs::exists(build_ / "CMakeCache.txt"))
            cmake.insert(cmake.end(), {"-G", "Ninja"});
        if (const std::string prefix = installed_prefix(); !prefix.empty())
            cmake.push_back("-DCMAKE_PREFIX_PATH=" + prefix);
        const int code = run_programs({cmake}, log());
        if (code == exit_not_started) throw UsageError("there is no cmake, which --adopt needs");
        if (code != 0)
            fail("CMake cannot configure " + folder_.string() +
                 "; it needs an installed Strata (cmake --install), found by CMAKE_PREFIX_PATH if need be");
    }
    void build() const {
        if (run_programs({{"cmake", "--build", build_.string(), "--target", target_, "--parallel"}}, log()) != 0)
            fail("the migration tool of " + folder_.string() + " cannot be built");
    }
    /// Runs the tool; it finds the database in DATABASE_URL.
    [[nodiscard]] int tool(const std::string& command, Output output = Output::shown) const {
        std::ifstream file(build_ / "strata" / (target_ + ".path"));
        std::string program;
        std::getline(file, program);
        if (output == Output::shown) std::cout << "== " << target_ << " " << command << "\n";
        const int code = program.empty()
                             ? exit_not_started
                             : run_programs({{program, "--config", (folder_ / "strata.toml").string(), command}},
                                            output == Output::log ? log() : fs::path());
        if (code == exit_not_started) throw UsageError("the migration tool " + target_ + " cannot be started");
        if (code != 0 && output == Output::log) fail("after 'baseline', 'check' does not find the database in step");
        return code;
    }

private:
    [[nodiscard]] fs::path log() const { return build_ / "adopt.log"; }
    [[noreturn]] void fail(const std::string& what) const { throw UsageError(what + "; see " + log().string()); }

    fs::path folder_;
    fs::path build_;
    std::string target_;
};

/// As one word of a shell.
std::string shell_word(const std::string& text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@+=,";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

bool has_revisions(const fs::path& folder) {
    std::error_code none;
    const fs::directory_iterator files(folder, none);
    return std::any_of(begin(files), end(files), [](const fs::directory_entry& entry) {
        return entry.path().extension() == ".cpp" || entry.path().extension() == ".sql";
    });
}

/// Prints a line for a shell that writes the next revision. A password is not shown: then the user sets the variable.
void print_next_step(const fs::path& folder, const std::string& url, bool set_already) {
    const core::Url parsed = core::Url::parse(url);
    const bool secret = core::Url::parse(parsed.to_string()) != parsed;
    const std::string script = shell_word(migration_script());
    std::cout << "Change the models in " << folder.string() << ", then run";
    if (secret && !set_already) std::cout << ", with DATABASE_URL set to the URL that was given here";
    std::cout << ":\n  cd " << shell_word(fs::absolute(folder).lexically_normal().string()) << " && ";
    if (!secret) std::cout << "export DATABASE_URL=" << shell_word(url) << " && ";
    std::cout << script << " migrate \"what changed\" && " << script << " upgrade" << std::endl;
}

/// Whether the variable, which the user's shell has, names this database.
bool environment_names(const std::string& url) {
    const char* set = std::getenv("DATABASE_URL");
    try {
        return set != nullptr && core::Url::parse(set) == core::Url::parse(url);
    } catch (const UsageError&) {
        return false;
    }
}

int take_in(const Build& build, bool revisions) {
    build.configure();
    build.build();
    if (const int code = build.tool("check"); code != 0) return code;
    if (revisions) {  // check refuses a database that is not at the last of them
        std::cout << "Adopted already. ";
        return 0;
    }
    if (const int code = build.tool("baseline"); code != 0) return code;
    build.build();  // with the first revision
    if (const int code = build.tool("check", Output::log); code != 0) return code;
    std::cout << "Adopted. ";
    return 0;
}

}  // namespace

int adopt(const fs::path& folder, const std::string& target, const std::string& url) {
    write_if_missing(folder / "strata.toml",
                     "# What db_migrate.sh and the migration tool read. Relative paths start at this file's folder.\n\n"
                     "[database]\n"
                     "# For where the environment names none (DATABASE_URL). Keep passwords out of this file.\n"
                     "# url = \"...\"\n\n"
                     "[migrations]\ndirectory = \"migrations\"\ntarget = \"" +
                         target + "\"\n\n[build]\ndirectory = \"build\"\n");
    fs::create_directories(folder / "migrations");
    const bool set_already = environment_names(url);
    if (::setenv("DATABASE_URL", url.c_str(), 1) != 0) throw UsageError("the environment takes no DATABASE_URL");

    std::cout << "building " << target << " ..." << std::endl;
    const int code = take_in(Build(folder, target), has_revisions(folder / "migrations"));
    if (code == 0) print_next_step(folder, url, set_already);
    return code;
}

}  // namespace strata::tool
