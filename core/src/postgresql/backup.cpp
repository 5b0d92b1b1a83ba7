#include "dialect.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace strata::core::postgresql {
namespace {

/// Ours, with another password: an argument could be read by everybody on the machine.
std::vector<std::string> environment_with(const std::string& password) {
    std::vector<std::string> list;
    for (char** each = ::environ; each != nullptr && *each != nullptr; ++each)
        if (!std::string_view(*each).starts_with("PGPASSWORD=") || password.empty()) list.emplace_back(*each);
    if (!password.empty()) list.push_back("PGPASSWORD=" + password);
    return list;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

std::string last_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

/// Runs the program, and returns its exit status and what it writes on standard error; -1 where there is no such
/// program.
std::pair<int, std::string> run(std::vector<std::string> arguments, std::vector<std::string> environment) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(std::string("pipe: ") + std::strerror(errno));
    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::pid_t child = 0;
    auto argv = pointers(arguments);
    auto envp = pointers(environment);
    const int code = ::posix_spawnp(&child, argv.front(), &actions, nullptr, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    std::string said;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; code == 0 && (size = ::read(ends[0], buffer.data(), buffer.size())) != 0;) {
        if (size > 0)
            said.append(buffer.data(), static_cast<std::size_t>(size));
        else if (errno != EINTR)
            break;
    }
    ::close(ends[0]);
    if (code != 0) return {-1, {}};
    int status = 0;
    while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
    }
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 1, said};
}

}  // namespace

void back_up(const Url& url, const std::filesystem::path& file) {
    Url without_password = url;
    without_password.password.clear();
    for (const auto& [name, value] : url.options)
        if (name.find("password") != std::string::npos || name.find("secret") != std::string::npos ||
            name == "scram_client_key")
            throw UsageError("pg_dump can be given no " + name + " in secret; make the backup yourself");
    const auto [status, said] = run({"pg_dump", "--format=custom", "--no-password", "--file=" + file.string(),
                                     "--dbname=" + conninfo_of(without_password, EngineOptions{})},
                                    environment_with(url.password));
    if (status == -1 || status == 127)
        throw UsageError("pg_dump is not installed here, which a backup needs (Debian: postgresql-client)");
    if (status != 0) throw Error("the backup " + file.string() + " cannot be written; " + last_line(said));
}

}  // namespace strata::core::postgresql
