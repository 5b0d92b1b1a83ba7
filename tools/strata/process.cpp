#include "process.hpp"

#include <strata/core/error.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <thread>

namespace strata::tool {
namespace {

void start(const ProgramCall& call, const std::string& log) {
    std::vector<char*> words;
    words.reserve(call.size() + 1);
    for (const auto& word : call) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw UsageError("cannot start " + call.front());
    if (child != 0) return;
    if (!log.empty()) {
        const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (file >= 0) {
            ::dup2(file, STDOUT_FILENO);
            ::dup2(file, STDERR_FILENO);
        }
    }
    ::execvp(words.front(), words.data());
    ::_exit(exit_not_started);
}

}  // namespace

ProgramCall command_words(const std::string& command) {
    std::error_code ignored;
    if (command.find('/') != std::string::npos && std::filesystem::is_regular_file(command, ignored)) return {command};
    ProgramCall words;
    char quote = '\0';
    bool inside = false;  // of a word, which may be empty in quotes
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (quote == '\0' && (c == ' ' || c == '\t' || c == '\n')) {
            inside = false;
            continue;
        }
        if (!inside) words.emplace_back();
        inside = true;
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
            words.back() += command[++i];
        } else {
            words.back() += c;
        }
    }
    if (quote != '\0') throw UsageError("the compiler's command has a quote that is not closed: " + command);
    return words;
}

int run_programs(const std::vector<ProgramCall>& calls, const std::filesystem::path& log) {
    std::cout.flush();  // before what the programs print
    const std::size_t at_once = std::max(1U, std::thread::hardware_concurrency());
    std::size_t next = 0;
    std::size_t running = 0;
    int failed = 0;
    while (next < calls.size() || running > 0) {
        if (next < calls.size() && running < at_once && failed == 0) {
            start(calls[next++], log.string());
            ++running;
            continue;
        }
        if (running == 0) break;
        int status = 0;
        if (::wait(&status) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        --running;
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        if (code != 0) failed = code;
    }
    return failed;
}

}  // namespace strata::tool
