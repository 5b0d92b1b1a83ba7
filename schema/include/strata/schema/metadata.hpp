#pragma once

#include <strata/core/qualified_name.hpp>
#include <strata/core/server_default.hpp>
#include <strata/schema/type.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The vocabulary for the shape of a database: plain values, compared by value, that every feature of the schema layer
/// reads. Described structs, reflection and the replay of revisions all produce a MetaData.
namespace strata::schema {

using core::QualifiedName;
using core::ReferentialAction;
using core::ServerDefault;

/// The table in which migrations record the applied revisions. It is never part of a MetaData.
inline constexpr std::string_view version_table = "strata_version";
[[nodiscard]] inline bool is_version_table(const QualifiedName& table) { return table.name == version_table; }

struct Column {
    std::string name;
    Type type;
    bool nullable = false;
    std::optional<ServerDefault> server_default;
    std::optional<std::string> computed;  ///< SQL of a stored generated column
    bool identity = false;                ///< the database generates the value when an insert does not give one
    std::string comment;                  ///< kept, but not compared where the database does not store comments

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
    QualifiedName referred_table;
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
    QualifiedName name;
    std::vector<Column> columns;
    std::optional<PrimaryKey> primary_key;
    std::vector<UniqueConstraint> uniques;
    std::vector<ForeignKey> foreign_keys;
    std::vector<CheckConstraint> checks;
    std::vector<Index> indexes;
    std::string comment;
    /// Features of a reflected table that the vocabulary cannot express, in words ("trigger songs_ai", "COLLATE NOCASE
    /// on title"). They are never dropped as a difference: a change of the table keeps them or is refused.
    std::vector<std::string> not_compared;

    [[nodiscard]] const Column* find_column(std::string_view column_name) const;
    [[nodiscard]] Column* find_column(std::string_view column_name);
    bool operator==(const Table&) const = default;
};

struct MetaData {
    std::vector<Table> tables;
    /// Objects outside of tables that the vocabulary cannot express (views, triggers, functions), in words.
    std::vector<std::string> not_compared;

    MetaData() = default;
    /// Throws UsageError when two tables have the same name.
    MetaData(std::initializer_list<Table> list);
    [[nodiscard]] const Table* find(const QualifiedName& table_name) const;
    [[nodiscard]] Table* find(const QualifiedName& table_name);
    /// The tables sorted so that each follows those it refers to; tables of a cycle keep their order, and the foreign
    /// keys that close a cycle must be added afterwards.
    [[nodiscard]] std::vector<const Table*> sorted_tables() const;
    bool operator==(const MetaData&) const = default;
};

}  // namespace strata::schema
