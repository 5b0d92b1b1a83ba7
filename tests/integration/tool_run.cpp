#include "tool_run.hpp"

#include <strata/core/log.hpp>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace strata::test {
namespace {

/// What a stream is given for a while.
class Capture {
public:
    explicit Capture(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
    ~Capture() { stream_.rdbuf(before_); }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    [[nodiscard]] std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::ostream& stream_;
    std::streambuf* before_;
};

/// The text without the lines that say how long revisions took.
std::string without_times(const std::string& text) {
    std::istringstream lines(text);
    std::string rest;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("  done in ")) rest += line + (lines.eof() ? "" : "\n");
    return rest;
}

}  // namespace

ToolRun run_tool_with_times(const std::vector<std::string>& arguments, const migrate::ToolConfig& config) {
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    ::setenv("NO_COLOR", "1", 0);  // what is captured goes to no terminal, wherever the tests are run from
    const Capture out(std::cout);
    const Capture err(std::cerr);
    const int code = migrate::tool_main(static_cast<int>(argv.size()), argv.data(), config);
    return {code, out.text(), err.text()};
}

ToolRun run_tool(const std::vector<std::string>& arguments, const migrate::ToolConfig& config) {
    auto run = run_tool_with_times(arguments, config);
    run.err = without_times(run.err);
    return run;
}

std::string run_tool_on(const TestDatabase& db, std::vector<std::string> arguments, const migrate::ToolConfig& config) {
    arguments.insert(arguments.begin(), "tool");
    arguments.insert(arguments.end(), {"--url", db.url()});
    const auto run = run_tool(arguments, config);
    if (run.code != 0)
        throw std::runtime_error(arguments[1] + " ended with " + std::to_string(run.code) + ": " + run.err + run.out);
    return run.out;
}

std::filesystem::path write_migration(const TestDatabase& db, const migrate::ToolConfig& config) {
    std::filesystem::create_directories(config.directory);
    const auto out = run_tool_on(db, {"migrate", "a change"}, config);
    const std::string begin = "Generating ";
    const auto at = out.find(begin);
    if (at == std::string::npos) return {};
    return out.substr(at + begin.size(), out.find(" ... done", at) - at - begin.size());
}

}  // namespace strata::test
