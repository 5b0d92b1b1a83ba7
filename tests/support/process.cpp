#include "support/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <optional>
#include <system_error>

namespace strata::test {
namespace {

[[noreturn]] void raise(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

/// A file without a name: unlike a pipe it never fills up, so one thread serves input, output and errors.
class MemoryFile {
public:
    explicit MemoryFile(const std::string& content = {}) : descriptor_(memfd_create("stream", MFD_CLOEXEC)) {
        if (descriptor_ < 0) raise(errno, "memfd_create");
        for (std::size_t done = 0; done < content.size();) {
            const auto count = ::write(descriptor_, content.data() + done, content.size() - done);
            if (count < 0) raise(errno, "write");
            done += static_cast<std::size_t>(count);
        }
        ::lseek(descriptor_, 0, SEEK_SET);
    }
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    [[nodiscard]] std::string content() const {
        std::string text(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
        for (std::size_t done = 0; done < text.size();) {
            const auto count = ::pread(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(done));
            if (count <= 0) raise(errno, "pread");
            done += static_cast<std::size_t>(count);
        }
        return text;
    }

private:
    int descriptor_;
};

/// A terminal on which lines have been typed ahead; what it echoes is not looked at.
class Terminal {
public:
    explicit Terminal(const std::string& typed) : keyboard_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        if (keyboard_ < 0 || ::grantpt(keyboard_) != 0 || ::unlockpt(keyboard_) != 0) raise(errno, "posix_openpt");
        descriptor_ = ::open(::ptsname(keyboard_), O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (descriptor_ < 0) raise(errno, "open the terminal");
        if (::write(keyboard_, typed.data(), typed.size()) != static_cast<ssize_t>(typed.size())) raise(errno, "write");
    }
    ~Terminal() {
        ::close(descriptor_);
        ::close(keyboard_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int keyboard_;
    int descriptor_ = -1;
};

std::vector<std::string> merged_environment(const ProcessOptions& options) {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string line = *entry;
        const auto equals = line.find('=');
        if (equals != std::string::npos) variables[line.substr(0, equals)] = line.substr(equals + 1);
    }
    for (const auto& [name, value] : options.environment) variables[name] = value;
    std::vector<std::string> lines;
    for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
    const MemoryFile in(options.input);
    std::optional<Terminal> terminal;
    if (options.terminal) terminal.emplace(options.input);
    const MemoryFile out;
    const MemoryFile err;
    auto arguments = command;
    auto environment = merged_environment(options);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, terminal ? terminal->descriptor() : in.descriptor(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
    if (!options.directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
    pid_t pid{};
    const int error = posix_spawnp(&pid, arguments.at(0).c_str(), &actions, nullptr, pointers(arguments).data(),
                                   pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) raise(error, "cannot run " + arguments.front());

    int status{};
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) raise(errno, "waitpid");
    }
    return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            .out = out.content(),
            .err = err.content()};
}

bool has_terminals() {
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) return false;
    ::close(terminal);
    return true;
}

bool long_run() {
    const char* value = std::getenv("STRATA_LONG_TESTS");
    return value != nullptr && *value != '\0';
}

}  // namespace strata::test
