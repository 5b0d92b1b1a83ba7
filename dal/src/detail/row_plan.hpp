#pragma once

#include <strata/core/facts.hpp>
#include <strata/dal/detail/backend.hpp>

#include <vector>

namespace strata::dal::detail {

/// A statement that one token identifies.
struct PlannedStatement {
    core::Token token;
    std::uint64_t hash = 0;
};

/// How to read a column's value from a row.
struct PlannedColumn {
    core::Value (*view)(const void* object, core::Scratch& scratch);
    std::uint32_t offset;
    bool checked;  ///< the value is checked before it is written
};

/// A model's statements, laid out once. Static, immutable, thread safe.
class RowPlan {
public:
    explicit RowPlan(const core::TableInfo& info);

    const core::TableInfo& table;
    const core::Facts& facts;

    std::vector<int> inserted;       ///< columns that an INSERT writes
    std::vector<int> returned;       ///< columns that it reads back
    std::vector<int> inserted_kept;  ///< the same with keep_keys
    std::vector<int> returned_kept;
    std::vector<int> updated;            ///< columns that an UPDATE by key writes from the row
    std::vector<int> set_by_database;    ///< columns that it writes without the row: set on update, version
    std::vector<int> returned_updated;   ///< columns that it reads back
    std::vector<int> matched;            ///< the key, and the version: what an UPDATE or a DELETE by key compares
    std::vector<PlannedColumn> columns;  ///< by position
    int generated_key = -1;
    bool rounds = false;  ///< the model has decimals with a scale

    PlannedStatement insert;
    PlannedStatement insert_kept;
    PlannedStatement update;
    PlannedStatement remove;
    PlannedStatement get;

    /// Whether an INSERT reads back only the key, which the database generates.
    [[nodiscard]] bool returns_only_key() const { return returned.size() == 1 && returned.front() == generated_key; }
    /// Throws UsageError when the model has no key.
    void need_key(const char* verb) const;
};

}  // namespace strata::dal::detail
