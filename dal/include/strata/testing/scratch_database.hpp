#pragma once

#include <strata/core/engine.hpp>
#include <strata/dal/database.hpp>

#include <functional>
#include <memory>
#include <string>

namespace strata::testing {

/// Makes what a test's database holds at its beginning: the tables, by schema::create_all() or by upgrading, and rows
/// that every test expects.
using Prepare = std::function<void(const Engine& engine)>;

/// The URL in an environment variable, by which the same tests run on each database; when it is unset or empty, that of
/// an SQLite database in memory.
[[nodiscard]] std::string url_from_environment(const char* variable = "TEST_DATABASE_URL");

/// Where the databases of tests come from: it prepares one at the first use and copies it for each test.
///
///     const testing::ScratchTemplate& databases() {
///         static const testing::ScratchTemplate made(testing::url_from_environment(), [](const Engine& engine) {
///             schema::create_all(metadata(), engine);
///         });
///         return made;
///     }
///
/// The URL names the kind of database and the server:
/// - `sqlite:///:memory:`: one in memory for each test. It is prepared for each, which takes less time than a copy.
/// - an SQLite file: a file of that name in a temporary folder, a copy of one that was prepared once. The file that the
///   URL names is neither read nor written.
/// - PostgreSQL: a database beside the one that the URL names, copied by CREATE DATABASE ... TEMPLATE from one that was
///   prepared once. A role that may create no databases gets a schema of its own in the database that the URL names,
///   which is prepared for each test; then a test sees nothing outside of that schema.
/// Thread safe. It must outlive the databases that are made from it.
class ScratchTemplate {
public:
    ScratchTemplate(std::string_view url, Prepare prepare, EngineOptions options = {});
    ScratchTemplate(const ScratchTemplate&) = delete;
    ScratchTemplate& operator=(const ScratchTemplate&) = delete;
    /// Drops what was prepared.
    ~ScratchTemplate();

private:
    friend class ScratchDatabase;
    struct State;
    const std::unique_ptr<State> state_;
};

/// A database for one test, dropped at the end, also after an exception. What cannot be dropped is a warning in the
/// log; names begin with "strata_scratch_" and the id of the process, so that those of a killed process can be found.
class ScratchDatabase {
public:
    /// A copy of what the template has prepared.
    explicit ScratchDatabase(const ScratchTemplate& source);
    /// One that is prepared by itself. Throws what `prepare` throws.
    ScratchDatabase(std::string_view url, const Prepare& prepare, const EngineOptions& options = {});
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;
    /// Closes the engine's pool and drops the database, whoever is connected to it.
    ~ScratchDatabase();

    /// For what the schema's owner does. Its statements can be counted by a QueryCount.
    [[nodiscard]] const Engine& engine() const noexcept;
    /// What the code under test gets: dal::connect() of the engine.
    [[nodiscard]] const dal::Database& database() const noexcept;

private:
    struct State;
    const std::unique_ptr<State> state_;
};

}  // namespace strata::testing
