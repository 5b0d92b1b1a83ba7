#include "load_models.hpp"

#include <strata/core/error.hpp>

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

namespace strata::tool {
namespace {

namespace fs = std::filesystem;
using Command = std::vector<std::string>;

constexpr const char* entry = "strata_tool_metadata";

pid_t start(const Command& command) {
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) throw UsageError("cannot start " + command.front());
    if (child == 0) {
        ::execvp(words.front(), words.data());
        ::_exit(127);
    }
    return child;
}

/// Runs the commands, as many at once as there are processors.
void run(const std::vector<Command>& commands) {
    const std::size_t at_once = std::max(1U, std::thread::hardware_concurrency());
    std::size_t next = 0;
    std::size_t running = 0;
    int failed = 0;
    while (next < commands.size() || running > 0) {
        if (next < commands.size() && running < at_once && failed == 0) {
            start(commands[next++]);
            ++running;
            continue;
        }
        if (running == 0) break;
        int status = 0;
        if (::wait(&status) < 0) break;
        --running;
        const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        if (code != 0) failed = code;
    }
    if (failed == 127)
        throw UsageError("there is no compiler '" + commands.front().front() + "'; name one by --compiler or CXX");
    if (failed != 0) throw UsageError("the models do not compile; the compiler says why");
}

/// Beside the program: PREFIX/include of an installed one, a list of folders in a build tree.
std::vector<std::string> usual_includes() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    std::vector<std::string> folders;
    if (error) return folders;
    std::ifstream list(program.string() + ".includes");
    for (std::string line; std::getline(list, line);)
        if (!line.empty()) folders.push_back(line);
    const fs::path installed = program.parent_path().parent_path() / "include";
    if (folders.empty() && fs::exists(installed / "strata")) folders.push_back(installed.string());
    return folders;
}

}  // namespace

schema::MetaData load_models(const fs::path& folder, const std::string& name_space, const std::string& compiler,
                             const std::vector<std::string>& includes) {
    const char* from_environment = std::getenv("CXX");
    const std::string chosen = !compiler.empty()                                          ? compiler
                               : from_environment != nullptr && *from_environment != '\0' ? from_environment
                                                                                          : "c++";
    const fs::path build = folder / "build";
    fs::create_directories(build);
    {
        std::ofstream file(build / "entry.cpp");
        file << "#include \"../schema.hpp\"\n\nextern \"C\" void " << entry
             << "(strata::schema::MetaData* metadata) { *metadata = " << name_space << "::metadata(); }\n";
    }
    Command common{chosen, "-std=c++20", "-O0", "-Wall", "-Wextra", "-fPIC"};
    const auto folders = includes.empty() ? usual_includes() : includes;
    if (folders.empty())
        throw UsageError("Strata's headers are not beside this program; say where they are by --include");
    for (const auto& each : folders) common.insert(common.end(), {"-I", each});
    Command link = common;
    link.insert(link.end(), {"-shared", "-o", (build / "models.so").string()});
    std::vector<fs::path> sources{build / "entry.cpp"};
    for (const auto& file : fs::directory_iterator(folder))
        if (file.path().extension() == ".cpp") sources.push_back(file.path());
    std::sort(sources.begin(), sources.end());
    std::vector<Command> compile;
    for (const auto& source : sources) {
        const std::string object = (build / source.stem()).string() + ".o";
        auto& command = compile.emplace_back(common);
        command.insert(command.end(), {"-c", source.string(), "-o", object});
        link.push_back(object);
    }
    run(compile);
    run({link});
    void* library = ::dlopen((build / "models.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* reason = ::dlerror();
        throw UsageError(std::string("the compiled models cannot be loaded: ") + (reason != nullptr ? reason : ""));
    }
    const auto call = reinterpret_cast<void (*)(schema::MetaData*)>(::dlsym(library, entry));
    if (call == nullptr) throw UsageError("the compiled models have no metadata()");
    schema::MetaData metadata;
    call(&metadata);
    return metadata;
}

}  // namespace strata::tool
