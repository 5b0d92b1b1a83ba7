#pragma once

#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/migrate/registry.hpp>
#include <strata/schema/metadata.hpp>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace strata::test {

inline void write_text(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

inline std::string read_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A project whose folder of revisions another tool's history is adopted into. Its tool is "built" anew for each call,
/// of the .sql files that are in the folder then.
class AdoptingProject {
public:
    explicit AdoptingProject(const std::filesystem::path& directory) : folder_(directory / "migrations") {
        std::filesystem::create_directories(folder_);
    }

    ToolRun run(const TestDatabase& db, std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "tool");
        arguments.insert(arguments.end(), {"--url", db.url()});
        migrate::Revisions revisions;
        for (const auto& file : files())
            revisions.push_back(&loaded_.emplace_back(migrate::detail::sql_revision(
                file.filename().string().substr(16, 12), file.filename().string(), read_file(file))));
        return run_tool(arguments, {[] { return schema::MetaData(); }, revisions, folder_.string()});
    }
    /// The output of a call that succeeds.
    std::string ok(const TestDatabase& db, const std::vector<std::string>& arguments) {
        const auto outcome = run(db, arguments);
        INFO(outcome.out << outcome.err);
        REQUIRE(outcome.code == 0);
        CHECK(outcome.err.empty());
        return outcome.out;
    }
    /// The one line of a call that fails.
    std::string failure(const TestDatabase& db, const std::vector<std::string>& arguments) {
        const auto outcome = run(db, arguments);
        INFO(outcome.out << outcome.err);
        CHECK(outcome.code == 2);
        CHECK_THAT(outcome.err, Catch::Matchers::StartsWith("FAILED: "));
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        return outcome.err;
    }

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    /// Sorted by name.
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> list;
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            if (entry.path().extension() == ".sql") list.push_back(entry.path());
        std::sort(list.begin(), list.end());
        return list;
    }
    /// What the file of a version says.
    [[nodiscard]] std::string text_of(const std::string& adopted) const {
        for (const auto& file : files())
            if (auto text = read_file(file); text.find("\n-- adopted: " + adopted + "\n") != std::string::npos)
                return text;
        return {};
    }

private:
    std::filesystem::path folder_;
    std::deque<migrate::Revision> loaded_;
};

/// The schema and the rows, without the tables in which tools write down versions: these are dropped. White space in
/// SQLite's stored statements does not count.
inline std::string left_in(const TestDatabase& db, const std::vector<std::string>& version_tables,
                           const std::vector<std::string>& tables) {
    for (const auto& table : version_tables) db.shell("DROP TABLE IF EXISTS " + table);
    for (const auto* const table : {"strata_version", "strata_history"})
        db.shell(std::string("DROP TABLE IF EXISTS ") + table);
    std::string text;
    for (const char c : db.dump()) {
        const bool blank = c == ' ' || c == '\t' || c == '\n';
        if (blank && db.is_sqlite() && (text.empty() || text.back() == ' ')) continue;
        text += blank && db.is_sqlite() ? ' ' : c;
    }
    for (const auto& table : tables) text += "\n" + table + "\n" + db.shell("SELECT * FROM " + table + " ORDER BY 1");
    return text;
}

}  // namespace strata::test
