#pragma once

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/schema/metadata.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace strata::test {

/// A project: models, a folder of revisions and a database. Its tool is "built" anew for each call.
class Project {
public:
    Project(const TestDatabase& db, schema::MetaData (*metadata)())
        : db_(db), folder_(db.directory() / "migrations"), metadata_(metadata) {
        unsetenv("DATABASE_URL");
        unsetenv("DB_TYPE");
    }

    void set_models(schema::MetaData (*metadata)()) { metadata_ = metadata; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    ToolRun operator()(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--url", db_.url()});
        return run(arguments);
    }
    ToolRun run(const std::vector<std::string>& arguments) const {
        return run_tool(
            arguments,
            {metadata_, std::filesystem::is_directory(folder_) ? load_revisions(folder_) : migrate::Revisions{},
             folder_.string()});
    }
    /// The output of a call that succeeds.
    std::string ok(const std::vector<std::string>& arguments) const {
        const auto outcome = (*this)(arguments);
        INFO(outcome.out << outcome.err);
        REQUIRE(outcome.code == 0);
        CHECK(outcome.err.empty());
        return outcome.out;
    }
    /// The one line of a call that fails.
    std::string failure(const std::vector<std::string>& arguments) const {
        const auto outcome = (*this)(arguments);
        INFO(outcome.out << outcome.err);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, Catch::Matchers::StartsWith("FAILED: "));
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        return outcome.err;
    }

    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> list;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            if (entry.path().extension() == ".cpp") list.push_back(entry.path());
        }
        std::sort(list.begin(), list.end());
        return list;
    }
    /// The file of the only revision with that slug.
    [[nodiscard]] std::filesystem::path file(const std::string& slug) const {
        for (const auto& path : files()) {
            if (path.filename().string().ends_with("_" + slug + ".cpp")) return path;
        }
        throw std::runtime_error("no revision " + slug);
    }
    [[nodiscard]] std::string id(const std::string& slug) const {
        return file(slug).filename().string().substr(16, 12);
    }
    [[nodiscard]] std::string text(const std::string& slug) const {
        std::ifstream stream(file(slug));
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    /// Writes a revision by hand, as a developer does.
    void write(const std::string& id, const std::string& slug, const std::string& text) const {
        std::ofstream(folder_ / ("20990101_000000_" + id + "_" + slug + ".cpp")) << text;
    }

private:
    const TestDatabase& db_;
    std::filesystem::path folder_;
    schema::MetaData (*metadata_)();
};

}  // namespace strata::test
