#pragma once

#include "support/database.hpp"
#include "support/process.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace strata::test {

/// The devices application of tests/scenarios/devices as a user has it: a folder with sources, migrations, strata.toml
/// and an installed Strata. Its commands run in that folder and find the test's database in DATABASE_URL. A command
/// that ends with another exit code than expected ends the test, with what it printed.
class Project {
public:
    enum class History { none, kept };

    /// A copy of the test's own, to be edited; nothing is built yet.
    Project(const TestDatabase& db, History history);
    /// The one that all tests share, built already; not to be edited.
    static Project shared(const TestDatabase& db);
    /// Where Strata is installed for them.
    [[nodiscard]] static std::filesystem::path prefix();
    /// Installs Strata and builds the shared project: the test that all others here wait for.
    static void set_up();

    /// tools/db_migrate.sh
    ProcessResult db_migrate(const std::vector<std::string>& arguments, int exit_code = 0) const;  // NOLINT
    /// The application that is built in this project.
    ProcessResult app(const std::vector<std::string>& arguments, int exit_code = 0) const;  // NOLINT
    /// Any program, in the project's folder and environment.
    [[nodiscard]] ProcessResult run(const std::vector<std::string>& command) const;
    /// The same by hand: on a terminal where the answer is typed.
    [[nodiscard]] ProcessResult run_on_terminal(const std::vector<std::string>& command,
                                                const std::string& answer) const;
    void build(const std::string& target) const;

    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
    /// What the next commands have in their environment beside DATABASE_URL, or in its place.
    void set(const std::string& variable, const std::string& value);

    [[nodiscard]] std::string read(const std::filesystem::path& file) const;
    void write(const std::filesystem::path& file, const std::string& text) const;
    /// Replaces the one occurrence of the text.
    void edit(const std::filesystem::path& file, const std::string& from, const std::string& to) const;
    /// A nullable column, as one adds it to a model: `add_member("User", "users", "username",
    /// "std::optional<std::string> phone")` puts it after username.
    void add_member(const std::string& model, const std::string& table, const std::string& after,
                    const std::string& declaration) const;

    /// Writes a revision of SQL by hand, which no compiler needs to see: `body` is what follows `-- upgrade`.
    /// Returns its file.
    std::filesystem::path add_sql_revision(const std::string& id, const std::string& revises,  // NOLINT
                                           const std::string& message, const std::string& body) const;

    /// The files in migrations/, the oldest first.
    [[nodiscard]] std::vector<std::filesystem::path> revisions() const;

private:
    Project(std::filesystem::path directory, const std::string& url);

    std::filesystem::path directory_;
    std::vector<std::pair<std::string, std::string>> environment_;
};

/// The id in a revision file's name.
[[nodiscard]] std::string revision_id(const std::filesystem::path& file);
/// A program's errors without what db_migrate.sh says of its build; for an error that should be one clear line.
[[nodiscard]] std::string error_of(const ProcessResult& result);
[[nodiscard]] std::size_t occurrences(const std::string& text, const std::string& part);

/// The names of the tables in order, parted by spaces; of a table's columns; of its indexes that were created by name.
[[nodiscard]] std::string tables_of(const TestDatabase& db);
[[nodiscard]] std::string columns_of(const TestDatabase& db, const std::string& table);
[[nodiscard]] bool is_nullable(const TestDatabase& db, const std::string& table, const std::string& column);
[[nodiscard]] std::string indexes_of(const TestDatabase& db, const std::string& table);

}  // namespace strata::test
