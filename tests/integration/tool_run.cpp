#include "tool_run.hpp"

#include <iostream>
#include <sstream>

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

}  // namespace

ToolRun run_tool(const std::vector<std::string>& arguments, const migrate::ToolConfig& config) {
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    const Capture out(std::cout);
    const Capture err(std::cerr);
    const int code = migrate::tool_main(static_cast<int>(argv.size()), argv.data(), config);
    return {code, out.text(), err.text()};
}

}  // namespace strata::test
