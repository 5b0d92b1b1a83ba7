#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate::row_check {

/// A column as it will be at a point of the revision.
struct RowColumn {
    std::string name;
    std::string value;     ///< SQL over the columns of the layer below
    std::string origin{};  ///< the column that the database has now; empty for a new one
    bool known = true;     ///< whether the value can be computed before the revision runs
    bool loose = false;    ///< the value may be of another class than the column's type
    bool fails = false;    ///< computing the value may fail because of a row
};

/// The rows of a table as they will be at a point of a revision, as a query over the table as it is now. A value.
class Rows {
public:
    /// The rows of a table that the database has.
    Rows(const core::Dialect& dialect, const schema::Table& table);
    /// Those of a table that the revision makes: none.
    explicit Rows(const core::Dialect& dialect);

    [[nodiscard]] bool empty() const noexcept { return empty_; }
    /// The table as it is called now, and its primary key.
    [[nodiscard]] const schema::QualifiedName& origin() const noexcept { return origin_; }
    [[nodiscard]] const std::vector<std::string>& key() const noexcept { return key_; }

    [[nodiscard]] RowColumn* find(std::string_view name);
    [[nodiscard]] const RowColumn* find(std::string_view name) const;
    void add(RowColumn column) { columns_.push_back(std::move(column)); }
    void drop(std::string_view name);
    /// Begins a layer: the columns' values so far become plain columns that an expression may name.
    void settle();
    /// Whether all columns that the expression may name are known.
    [[nodiscard]] bool knows(std::string_view expression) const;
    /// Whether it may name one that is loose, or one that fails.
    [[nodiscard]] bool is_loose(std::string_view expression) const { return any(expression, &RowColumn::loose); }
    [[nodiscard]] bool fails(std::string_view expression) const { return any(expression, &RowColumn::fails); }

    /// How the rows are read.
    struct Reading {
        std::string_view alias;    ///< the name that expressions have for the table
        std::string_view needed;   ///< the SQL whose columns are wanted
        bool only = false;         ///< without the rows of tables that inherit
        std::string_view where{};  ///< a condition on the rows of the database's table
        bool with_key = false;
    };
    /// What stands after FROM, with its alias.
    [[nodiscard]] std::string from(const Reading& reading) const;
    /// The primary key as one text, of the rows that are read with it.
    [[nodiscard]] std::string key_text(std::string_view alias) const;
    /// The columns by which keys are listed in order.
    [[nodiscard]] std::string key_order(std::string_view alias) const;
    /// `"songs"."title"`
    [[nodiscard]] std::string column(std::string_view alias, std::string_view name) const;

private:
    [[nodiscard]] std::string select(std::size_t layer, const std::vector<RowColumn>& columns,
                                     const Reading& reading) const;
    [[nodiscard]] bool plain() const;
    [[nodiscard]] bool any(std::string_view expression, bool RowColumn::* property) const;
    [[nodiscard]] std::string key_column(std::string_view alias, std::size_t place) const;

    const core::Dialect* dialect_;
    schema::QualifiedName origin_;
    std::vector<std::string> key_;
    bool empty_ = false;
    std::vector<std::vector<RowColumn>> layers_;  // below columns_, the lowest first
    std::vector<RowColumn> columns_;
};

}  // namespace strata::migrate::row_check
