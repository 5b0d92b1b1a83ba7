#include "placement.hpp"

#include <filesystem>
#include <fstream>

namespace strata::tool {
namespace {

namespace fs = std::filesystem;

fs::path this_program() {
    std::error_code none;
    return fs::read_symlink("/proc/self/exe", none);
}

}  // namespace

std::string installed_prefix() {
    const fs::path prefix = this_program().parent_path().parent_path();
    return fs::exists(prefix / "include/strata") ? prefix.string() : std::string();
}

std::vector<std::string> usual_includes() {
    std::vector<std::string> folders;
    std::ifstream list(this_program().string() + ".includes");
    for (std::string line; std::getline(list, line);)
        if (!line.empty()) folders.push_back(line);
    if (const std::string prefix = installed_prefix(); folders.empty() && !prefix.empty())
        folders.push_back(prefix + "/include");
    return folders;
}

std::string migration_script() {
    const fs::path installed = fs::path(installed_prefix()) / "share/strata/db_migrate.sh";
    if (fs::exists(installed)) return installed.string();
    for (const fs::path headers : usual_includes())  // SOURCES/core/include is one
        if (const auto script = headers.parent_path().parent_path() / "tools/db_migrate.sh"; fs::exists(script))
            return script.string();
    return "db_migrate.sh";
}

}  // namespace strata::tool
