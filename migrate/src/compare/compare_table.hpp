#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate::detail {

/// The differences between a table in the database and the same table in the models, grouped by when they must run.
/// The tables that are pointed to must outlive it.
struct TableDifference {
    const schema::Table* before = nullptr;
    const schema::Table* after = nullptr;

    std::vector<schema::ForeignKey> dropped_foreign_keys;
    std::vector<std::string> dropped_indexes;
    std::vector<std::vector<std::string>> dropped_keys;  ///< columns of what made them unique and is dropped
    std::vector<Operation> dropped_constraints;
    std::vector<Operation> renames;  ///< of indexes and constraints, in no order
    std::vector<Operation> columns;  ///< added, altered, and dropped and added again
    std::vector<Operation> added_constraints;
    std::vector<schema::ForeignKey> added_foreign_keys;
    std::vector<Operation> added_indexes;
    std::vector<Operation> rest;  ///< dropped columns, the table's comment

    std::vector<std::string> replaced_columns;  ///< dropped, or dropped and added again under the same name
    std::vector<std::string> recast_columns;    ///< columns whose new type does not compare with the old one

    [[nodiscard]] bool empty() const;
    /// For a constraint or an index that is dropped and made again instead.
    void forget_rename(const std::string& from);
};

/// `waiting` are the indexes of the database's partitioned tables that not every partition has.
[[nodiscard]] TableDifference compare_table(const schema::Table& before, const schema::Table& after,
                                            const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer,
                                            const std::set<schema::QualifiedName>& waiting);

/// The name by which to drop a constraint: its own, or the conventional one if the database stores it without a name.
[[nodiscard]] std::string name_of(const schema::Table& table, const schema::ForeignKey& key);

}  // namespace strata::migrate::detail
