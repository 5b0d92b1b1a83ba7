#pragma once

#include <strata/core/engine.hpp>
#include <strata/dal/database.hpp>

#include <memory>
#include <string>
#include <vector>

namespace strata::testing {

/// The options for an engine whose statements a QueryCount can count; an `on_query` that they have is called as before.
/// A ScratchDatabase's engine has them already.
[[nodiscard]] EngineOptions counted(EngineOptions options = {});

/// Counts the statements that run on a database's engine while this object exists, on any connection and thread:
///
///     const testing::QueryCount count(db);
///     list_songs(db);
///     INFO(count.text());
///     CHECK(count.statements() == 2);
///
/// What only controls transactions is not counted (BEGIN, COMMIT, savepoints), so that the number is the same inside of
/// a transaction that is rolled back. Each statement of a batch or pipeline counts, and many rows that are written by
/// one call of insert_many() count once. Several may be alive at once.
class QueryCount {
public:
    /// Throws UsageError for an engine whose options were not made by counted().
    explicit QueryCount(const dal::Database& database);
    explicit QueryCount(const Engine& engine);
    QueryCount(const QueryCount&) = delete;
    QueryCount& operator=(const QueryCount&) = delete;
    ~QueryCount();

    [[nodiscard]] std::size_t statements() const;
    /// The statements in the order in which they ended, as the query log shows them: with no values.
    [[nodiscard]] std::vector<std::string> texts() const;
    /// The same with a number and a line for each, for a test's message.
    [[nodiscard]] std::string text() const;
    /// Begins again with none.
    void reset();

private:
    struct Counter;
    const std::shared_ptr<Counter> counter_;
};

}  // namespace strata::testing
