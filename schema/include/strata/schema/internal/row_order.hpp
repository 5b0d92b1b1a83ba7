#pragma once

#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace strata::schema::internal {

/// The order of rows that belong to the schema, by the foreign keys of their table to itself.
class RowOrder {
public:
    using Row = std::vector<Literal>;
    /// Values by which rows are referred to, as texts.
    using Names = std::unordered_set<std::string>;

    /// Takes the columns of the list; the rows are given to the functions. Keys whose columns are not among them play
    /// no part.
    RowOrder(const Table& table, const SeedRows& list);

    /// The rows, each after those that it refers to, else in their order. Throws UsageError for rows that refer to each
    /// other in a circle, unless the key is checked at the end of the transaction.
    [[nodiscard]] std::vector<Row> parents_first(std::vector<Row> rows) const;
    /// The same the other way round, in which rows can be deleted.
    [[nodiscard]] std::vector<Row> children_first(std::vector<Row> rows) const;
    /// By which these rows are referred to.
    [[nodiscard]] Names names_of(const std::vector<Row>& rows) const;
    /// What these rows refer to.
    [[nodiscard]] Names referred_by(const std::vector<Row>& rows) const;

private:
    using Positions = std::vector<std::size_t>;  // of columns in the list
    struct Key {
        Positions columns;   // that refer
        Positions referred;  // that are referred to
        bool at_commit;
    };
    [[nodiscard]] Names names_by(Positions Key::* side, const std::vector<Row>& rows) const;
    /// The name of a row by the key's values at these positions; empty where one of them is NULL.
    [[nodiscard]] static std::string name(std::size_t key, const Row& row, const Positions& positions);

    std::string table_;
    std::vector<Key> keys_;
};

}  // namespace strata::schema::internal
