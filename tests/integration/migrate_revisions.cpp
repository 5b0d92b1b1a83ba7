#include "migrate_revisions.hpp"

#include "support/paths.hpp"
#include "support/process.hpp"

#include <strata/migrate/registry.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace strata::test {

namespace {

/// A value of the build's CMakeCache.txt.
std::string cached(const std::string& name) {
    std::ifstream cache(build_directory() / "CMakeCache.txt");
    for (std::string line; std::getline(cache, line);) {
        if (line.starts_with(name + ":")) return line.substr(line.find('=') + 1);
    }
    throw std::runtime_error("the build's CMakeCache.txt has no " + name);
}

/// 20261120_143207_3f2a9c1b7d04_slug.cpp
std::string id_of(const std::filesystem::path& file) { return file.filename().string().substr(16, 12); }

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// The source compiled as a project would, as a library that is loaded into this program.
void* compiled(const std::filesystem::path& source) {
    const auto library = source.string() + ".so";
    const auto root = source_directory();
    const auto result = run_process({cached("CMAKE_CXX_COMPILER"),
                                     "-std=c++20",
                                     "-O0",
                                     "-fPIC",
                                     "-shared",
                                     "-Wall",
                                     "-Wextra",
                                     "-Wpedantic",
                                     "-Wshadow",
                                     "-Wconversion",
                                     "-Wsign-conversion",
                                     "-Wmissing-declarations",
                                     "-Werror",
                                     "-I",
                                     root / "core/include",
                                     "-I",
                                     root / "schema/include",
                                     "-I",
                                     root / "migrate/include",
                                     source,
                                     "-o",
                                     library});
    if (result.exit_code != 0) throw std::runtime_error(result.err);
    void* handle = dlopen(library.c_str(), RTLD_NOW);
    if (handle == nullptr) throw std::runtime_error(dlerror());
    return handle;
}

}  // namespace

History& History::add(std::string id, std::vector<std::string> parents, migrate::Revision::Callback upgrade,
                      migrate::Revision::Callback downgrade, std::string message) {
    const auto file = "20260101_000000_" + id + "_x.cpp";
    list_.emplace_back(std::move(id), file, migrate::Parents{std::move(parents)}, std::move(message),
                       std::move(upgrade), std::move(downgrade));
    pointers_.push_back(&list_.back());
    return *this;
}

migrate::Revisions load_revision_files(const std::vector<std::filesystem::path>& files) {
    static std::map<std::string, const migrate::Revision*> loaded;  // by the file and its text
    static int units = 0;
    std::string text;
    std::filesystem::path unit;
    for (const auto& file : files) {
        if (loaded.contains(file.string() + text_of(file))) continue;
        text += "#include \"" + file.string() + "\"\n";
        unit = file.string() + "." + std::to_string(++units) + ".unit.cc";
    }
    if (!unit.empty()) {
        std::ofstream(unit) << text;
        void* library = compiled(unit);
        for (const auto& file : files) {
            const auto key = file.string() + text_of(file);
            if (loaded.contains(key)) continue;
            const auto name = "strata_revision_" + id_of(file);
            const auto symbol = "_Z" + std::to_string(name.size()) + name + "v";
            void* function = dlsym(library, symbol.c_str());
            if (function == nullptr) throw std::runtime_error(dlerror());
            loaded[key] = &reinterpret_cast<const migrate::Revision& (*)()>(function)();
        }
    }
    migrate::Revisions revisions;
    for (const auto& file : files) revisions.push_back(loaded.at(file.string() + text_of(file)));
    return revisions;
}

const migrate::Revision& load_revision(const std::filesystem::path& file) {
    return *load_revision_files({file}).front();
}

migrate::Revisions load_revisions(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".cpp") files.push_back(entry.path());
    auto revisions = load_revision_files(files);
    static std::deque<migrate::Revision> of_sql;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".sql") continue;
        of_sql.push_back(migrate::detail::sql_revision(id_of(entry.path()), entry.path().filename().string(),
                                                       text_of(entry.path())));
        revisions.push_back(&of_sql.back());
    }
    return revisions;
}

}  // namespace strata::test
