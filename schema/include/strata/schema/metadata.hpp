#pragma once

#include <strata/core/server_default.hpp>
#include <strata/schema/type.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The vocabulary of a database's shape: plain values, compared by value, that every feature of the schema layer reads.
/// Described structs, reflection and the replay of revisions all give a MetaData.
namespace strata::schema {

using core::ReferentialAction;
using core::ServerDefault;

/// The table in which migrations keep what is applied. Never part of a MetaData.
inline constexpr std::string_view version_table = "strata_version";

struct Column {
    std::string name;
    Type type;
    bool nullable = false;
    std::optional<ServerDefault> server_default;
    std::optional<std::string> computed;  ///< SQL of a stored generated column
    bool identity = false;                ///< numbered by the database when an insert names no value
    std::string comment;                  ///< kept, but not compared where the database has no comments

    bool operator==(const Column&) const = default;
};

struct PrimaryKey {
    std::string name;
    std::vector<std::string> columns;
    bool operator==(const PrimaryKey&) const = default;
};

struct UniqueConstraint {
    std::string name;
    std::vector<std::string> columns;
    bool operator==(const UniqueConstraint&) const = default;
};

struct ForeignKey {
    std::string name;
    std::vector<std::string> columns;
    std::string referred_table;
    std::vector<std::string> referred_columns;
    ReferentialAction on_delete = ReferentialAction::no_action;
    ReferentialAction on_update = ReferentialAction::no_action;
    bool operator==(const ForeignKey&) const = default;
};

struct CheckConstraint {
    std::string name;
    std::string expression;  ///< SQL
    bool operator==(const CheckConstraint&) const = default;
};

/// A column or an expression of an index.
struct IndexElement {
    std::string column;      ///< empty for an expression
    std::string expression;  ///< SQL; empty for a column
    bool descending = false;
    bool operator==(const IndexElement&) const = default;
};

struct Index {
    std::string name;
    std::vector<IndexElement> elements;
    bool unique = false;
    std::string where;  ///< SQL of a partial index's predicate, or empty
    bool operator==(const Index&) const = default;
};

struct Table {
    std::string name;
    std::vector<Column> columns;
    std::optional<PrimaryKey> primary_key;
    std::vector<UniqueConstraint> uniques;
    std::vector<ForeignKey> foreign_keys;
    std::vector<CheckConstraint> checks;
    std::vector<Index> indexes;
    std::string comment;
    /// What a reflected table has besides, in words ("trigger songs_ai", "COLLATE NOCASE on title"). Never diffed away:
    /// a change of the table keeps it or is refused.
    std::vector<std::string> not_compared;

    [[nodiscard]] const Column* find_column(std::string_view column_name) const;
    [[nodiscard]] Column* find_column(std::string_view column_name);
    bool operator==(const Table&) const = default;
};

struct MetaData {
    std::vector<Table> tables;
    /// Things of the database outside of tables that have no word here (views, triggers, functions), in words.
    std::vector<std::string> not_compared;

    MetaData() = default;
    /// Throws UsageError for a table named twice.
    MetaData(std::initializer_list<Table> list);
    [[nodiscard]] const Table* find(std::string_view table_name) const;
    [[nodiscard]] Table* find(std::string_view table_name);
    /// Tables so that each follows those it refers to; tables of a cycle keep their order. What a cycle's foreign keys
    /// refer to must be added afterwards.
    [[nodiscard]] std::vector<const Table*> sorted_tables() const;
    bool operator==(const MetaData&) const = default;
};

}  // namespace strata::schema
