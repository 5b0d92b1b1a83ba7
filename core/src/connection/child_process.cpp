#include <strata/core/error.hpp>
#include <strata/core/internal/child_process.hpp>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace strata::core::internal {
namespace {

/// A pipe whose ends no other child inherits.
class Pipe {
public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw Error(std::string("pipe: ") + std::strerror(errno));
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        ::close(ends_[0]);
        close_writer();
    }
    [[nodiscard]] int reader() const { return ends_[0]; }
    [[nodiscard]] int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] != -1) ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
    std::vector<std::string> list;
    for (char** each = ::environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view entry(*each);
        const bool replaced = std::ranges::any_of(added, [&](const auto& variable) {
            return entry.starts_with(variable.first) && entry.substr(variable.first.size()).starts_with('=');
        });
        if (!replaced) list.emplace_back(entry);
    }
    for (const auto& [name, value] : added) list.push_back(name + "=" + value);
    return list;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

/// Reads both pipes until the child has closed them. They are read together: a child that fills one waits for it.
void read_both(const Pipe& out, const Pipe& err, ChildResult& result) {
    std::array<::pollfd, 2> open{::pollfd{out.reader(), POLLIN, 0}, ::pollfd{err.reader(), POLLIN, 0}};
    const std::array<std::string*, 2> texts{&result.out, &result.err};
    std::array<char, 8192> buffer{};
    while (open[0].fd != -1 || open[1].fd != -1) {
        if (::poll(open.data(), open.size(), -1) == -1 && errno != EINTR) return;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (open.at(i).fd == -1 || open.at(i).revents == 0) continue;
            const auto size = ::read(open.at(i).fd, buffer.data(), buffer.size());
            if (size > 0)
                texts.at(i)->append(buffer.data(), static_cast<std::size_t>(size));
            else if (size == 0 || errno != EINTR)
                open.at(i).fd = -1;
        }
    }
}

}  // namespace

std::string ChildResult::last_error_line() const {
    auto text = err;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r')) text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

ChildResult run_child(std::vector<std::string> arguments, const ChildOptions& options) {
    Pipe out;
    Pipe err;
    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.writer(), STDERR_FILENO);
    if (!options.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
    auto environment = environment_with(options.environment);
    auto argv = pointers(arguments);
    auto envp = pointers(environment);
    ::pid_t child = 0;
    const int code = ::posix_spawnp(&child, argv.front(), &actions, nullptr, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    out.close_writer();
    err.close_writer();
    ChildResult result;
    if (code != 0) {
        result.failure = code;
        return result;
    }
    read_both(out, err, result);
    int status = 0;
    while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
    }
    result.started = true;
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace strata::core::internal
