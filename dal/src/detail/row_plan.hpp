#pragma once

#include "shape.hpp"

#include <strata/core/detail/member_values.hpp>
#include <strata/core/facts.hpp>

#include <vector>

namespace strata::dal::detail {

/// The columns of a statement about one row.
struct RowColumns {
    std::vector<int> written{};   ///< written from the row
    std::vector<int> matched{};   ///< compared with the row
    std::vector<int> returned{};  ///< read back into the row
};

/// A statement about one row of a model. Its values are those of the written columns, then of the matched ones.
struct RowStatement : RowColumns {
    RowStatement(Verb its_verb, const core::SourceInfo& source) : verb(its_verb), shape({nothing(), verb, &source}) {}

    Verb verb;
    Shape shape;
    /// Of the written columns, where all of them are written as they are in the row; else empty.
    std::vector<core::detail::MemberField> fields{};

    /// An empty fragment, for a statement that needs no tokens.
    [[nodiscard]] static const core::Fragment& nothing();
};

/// How to read a column's value from a row.
struct PlannedColumn {
    core::Value (*view)(const void* object, core::Scratch& scratch);
    std::uint32_t offset;
    core::TypeKind kind;
    bool direct;  ///< see TypeInfo
    bool nullable;
    bool checked;  ///< the value is checked before it is written
};

/// A model's statements, laid out once. Static, immutable, thread safe.
class RowPlan {
public:
    explicit RowPlan(const core::TableInfo& info);

    const core::TableInfo& table;
    const core::SourceInfo source;
    const core::SourceInfo excluded;  ///< the row that an insert could not write, in its update on conflict
    const core::Facts& facts;

    std::vector<PlannedColumn> columns;  ///< by position
    std::vector<int> set_by_database;    ///< columns that an update writes without the row: set on update, version
    int generated_key = -1;
    bool rounds = false;              ///< the model has decimals with a scale
    bool inserts_as_it_is = false;    ///< all that an INSERT writes is in the row, and it reads back only the key
    std::vector<int> may_be_unset;    ///< columns whose member can leave them to the database: Default<T>
    std::vector<int> made_by_client;  ///< columns that have a client default or are computed on write
    [[nodiscard]] const core::ColumnFacts& facts_of(int column) const {
        return facts.columns[static_cast<std::size_t>(column)];
    }

    /// The statement of a verb about one row.
    [[nodiscard]] const RowStatement& statement(Verb verb) const;

    /// Whether an INSERT reads back only the key, which the database generates.
    [[nodiscard]] bool returns_only_key() const {
        return insert_.returned.size() == 1 && insert_.returned.front() == generated_key;
    }
    /// Throws UsageError when the model has no key.
    void need_key(const char* verb) const;

private:
    RowStatement insert_;
    RowStatement insert_with_keys_;
    RowStatement update_;
    RowStatement remove_;
    RowStatement get_;
};

/// Throws UsageError where the values are not those of the model's key.
void check_key(const RowPlan& plan, std::span<const core::Value> key, const char* verb);

}  // namespace strata::dal::detail
