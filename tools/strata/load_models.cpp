#include "load_models.hpp"

#include "placement.hpp"
#include "process.hpp"

#include <strata/core/error.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace strata::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* entry = "strata_tool_metadata";

void run(const std::vector<ProgramCall>& calls) {
    const int failed = run_programs(calls);
    if (failed == exit_not_started)
        throw UsageError("there is no compiler '" + calls.front().front() + "'; name one by --compiler or CXX");
    if (failed != 0) throw UsageError("the models do not compile; the compiler says why");
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
    ProgramCall common = command_words(chosen);
    if (common.empty()) throw UsageError("the compiler is blank; name one by --compiler or CXX");
    common.insert(common.end(), {"-std=c++20", "-O0", "-Wall", "-Wextra", "-fPIC"});
    const auto folders = includes.empty() ? usual_includes() : includes;
    if (folders.empty())
        throw UsageError("Strata's headers are not beside this program; say where they are by --include");
    for (const auto& each : folders) common.insert(common.end(), {"-I", each});
    ProgramCall link = common;
    link.insert(link.end(), {"-shared", "-o", (build / "models.so").string()});
    std::vector<fs::path> sources{build / "entry.cpp"};
    for (const auto& file : fs::directory_iterator(folder))
        if (file.path().extension() == ".cpp") sources.push_back(file.path());
    std::sort(sources.begin(), sources.end());
    std::vector<ProgramCall> compile;
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
