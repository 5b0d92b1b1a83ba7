#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate::detail {

/// What differs between a table of the database and the same table of the models, by the time it has to happen.
/// The tables pointed to must outlive it.
struct TableDifference {
    const schema::Table* before = nullptr;
    const schema::Table* after = nullptr;

    std::vector<schema::ForeignKey> dropped_foreign_keys;
    std::vector<std::string> dropped_indexes;
    std::vector<std::vector<std::string>> dropped_keys;  ///< columns of primary keys and unique constraints that go
    std::vector<Operation> dropped_constraints;
    std::vector<Operation> columns;  ///< added, altered, and those that are made anew
    std::vector<Operation> added_constraints;
    std::vector<schema::ForeignKey> added_foreign_keys;
    std::vector<Operation> added_indexes;
    std::vector<Operation> rest;  ///< dropped columns, the table's comment

    std::vector<std::string> replaced_columns;  ///< dropped, or made anew under the same name
    std::vector<std::string> recast_columns;    ///< whose new type does not compare with the old one

    [[nodiscard]] bool empty() const;
};

[[nodiscard]] TableDifference compare_table(const schema::Table& before, const schema::Table& after,
                                            const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer);

/// The name to drop a constraint by: its own, or the convention's for one that the database keeps without a name.
[[nodiscard]] std::string name_of(const schema::Table& table, const schema::ForeignKey& key);

}  // namespace strata::migrate::detail
