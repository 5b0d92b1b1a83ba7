#include "adopt.hpp"

#include "process.hpp"

#include <strata/core/error.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

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

/// The folder into which Strata and this program are installed; empty for one in a build tree.
std::string installed_prefix() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path prefix = program.parent_path().parent_path();
    return !error && fs::exists(prefix / "include/strata") ? prefix.string() : std::string();
}

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
    [[nodiscard]] int tool(const std::string& command) const {
        std::ifstream file(build_ / "strata" / (target_ + ".path"));
        std::string program;
        std::getline(file, program);
        std::cout << "== " << target_ << " " << command << "\n";
        const int code = program.empty()
                             ? exit_not_started
                             : run_programs({{program, "--config", (folder_ / "strata.toml").string(), command}});
        if (code == exit_not_started) throw UsageError("the migration tool " + target_ + " cannot be started");
        return code;
    }

private:
    [[nodiscard]] fs::path log() const { return build_ / "adopt.log"; }
    [[noreturn]] void fail(const std::string& what) const { throw UsageError(what + "; see " + log().string()); }

    fs::path folder_;
    fs::path build_;
    std::string target_;
};

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
    if (::setenv("DATABASE_URL", url.c_str(), 1) != 0) throw UsageError("the environment takes no DATABASE_URL");

    const Build build(folder, target);
    std::cout << "building " << target << " ..." << std::endl;
    build.configure();
    build.build();
    if (const int code = build.tool("check"); code != 0) return code;
    if (const int code = build.tool("baseline"); code != 0) return code;
    build.build();  // with the first revision
    if (const int code = build.tool("check"); code != 0) return code;
    std::cout << "Adopted. Change the models in " << folder.string()
              << ", then run there: db_migrate.sh migrate \"what changed\" && db_migrate.sh upgrade" << std::endl;
    return 0;
}

}  // namespace strata::tool
