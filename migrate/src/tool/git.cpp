#include "git.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/child_process.hpp>
#include <strata/migrate/render.hpp>

#include <sstream>
#include <utility>
#include <vector>

namespace strata::migrate {
namespace {

core::internal::ChildResult git(const std::filesystem::path& directory, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-C", directory.string()});
    return core::internal::run_child(std::move(arguments));
}

bool knows(const std::filesystem::path& directory, const std::string& name) {
    const auto result = git(directory, {"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"});
    return result.started && result.status == 0;
}

}  // namespace

std::optional<RevisionIds> revisions_in_git(const std::filesystem::path& directory, const std::string& name) {
    if (name.empty() || name.starts_with('-') || !knows(directory, name)) return std::nullopt;
    const auto listed = git(directory, {"ls-tree", "--name-only", "-z", name, "./"});
    if (listed.status != 0)
        throw MigrationError("git cannot list the revisions of " + name + ": " + listed.last_error_line());
    RevisionIds ids;
    std::istringstream names(listed.out);
    for (std::string file; std::getline(names, file, '\0');)
        if (const std::filesystem::path path = file; path.extension() == ".cpp" || path.extension() == ".sql")
            if (auto id = id_in_file_name(path.filename().string()); !id.empty()) ids.push_back(std::move(id));
    return ids;
}

std::string their_branch_in_git(const std::filesystem::path& directory) {
    if (knows(directory, "MERGE_HEAD")) return "MERGE_HEAD";
    // These put my commits on top of what is there.
    for (const auto* name : {"REBASE_HEAD", "CHERRY_PICK_HEAD"})
        if (knows(directory, name)) return "HEAD";
    return {};
}

}  // namespace strata::migrate
