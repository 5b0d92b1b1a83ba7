#pragma once

#include "statement.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/dialect.hpp>
#include <strata/dal/detail/function.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata::dal::detail {

class SqlWriter;

/// A column as the database has it.
struct StoredColumn {
    std::string name;
    std::string type;     ///< as the database writes it
    std::string storage;  ///< what decides which values it takes: the name of the type below domains, SQLite's affinity
    bool nullable = false;
    bool computed = false;
};

/// Compiles token lists to a database's SQL, and covers what else in the DAL depends on the database. One immutable
/// object per database, thread safe. The class itself contains what is the same on both; the hooks are what differs.
class QueryCompiler {
public:
    explicit QueryCompiler(const core::Dialect& its_dialect) : dialect(its_dialect) {}
    QueryCompiler(const QueryCompiler&) = delete;
    QueryCompiler& operator=(const QueryCompiler&) = delete;
    virtual ~QueryCompiler() = default;

    const core::Dialect& dialect;

    /// The SQL of a request.
    [[nodiscard]] std::string compile(const Request& request) const;

    /// A pattern in the form that this database's operator for `like` (or `ilike`) takes.
    [[nodiscard]] virtual std::string pattern(std::string_view text, core::Form form, bool folded) const = 0;
    /// Advances a generated key's counter past a key that was written explicitly.
    virtual void advance_key(core::Connection& connection, const RowPlan& plan, std::int64_t key) const = 0;
    /// Logs a warning when the role may do more than read and write rows.
    virtual void check_role(core::Connection& connection) const = 0;

    /// The columns of a table in the database; none when there is no such table.
    [[nodiscard]] virtual std::vector<StoredColumn> stored_columns(core::Connection& connection,
                                                                   const core::QualifiedName& table) const = 0;
    /// Whether a column holds what a member of this type has, and the member what is in the column.
    [[nodiscard]] virtual bool fits(const core::TypeInfo& type, const core::ColumnFacts& facts,
                                    const StoredColumn& column) const = 0;

    // Hooks: each appends a part of an expression.

    /// A bound value in an expression, with its type where the database would have to guess it.
    virtual void parameter(SqlWriter& out, const Node& node) const = 0;
    virtual void null(SqlWriter& out, const Node& node) const;
    /// A bound value that is written into a column.
    virtual void value(SqlWriter& out, int number) const = 0;
    /// A value of raw SQL that is computed with and not written.
    virtual void compared(SqlWriter& out, const core::Value& bound, int number) const;
    /// The right side of an assignment that is not a bound value, converted to the form that the column stores.
    virtual void assigned(SqlWriter& out, const core::ColumnFacts& column, const core::TypeInfo& type,
                          const Node& value) const;
    virtual void comparison(SqlWriter& out, const Node& node) const;
    virtual void between(SqlWriter& out, const Node& node) const;
    virtual void like(SqlWriter& out, const Node& node) const = 0;
    virtual void in_list(SqlWriter& out, const Node& node) const;
    virtual void in_array(SqlWriter& out, const Node& node) const = 0;
    virtual void aggregate(SqlWriter& out, const Node& node) const = 0;
    virtual void divide(SqlWriter& out, const Node& node) const = 0;
    virtual void cast(SqlWriter& out, const Node& node) const = 0;
    virtual void extract(SqlWriter& out, const Node& node) const = 0;
    virtual void when(SqlWriter& out, const Node& node) const;
    virtual void substring(SqlWriter& out, const Node& node) const;
    virtual void in_rows(SqlWriter& out, const Node& node) const = 0;
    /// A call of a function of ours, by its text for this database.
    virtual void function(SqlWriter& out, const Node& node) const;
    /// The text of a function of ours, where #0, #1, ... are its operands, #* is all of them, and #T is its
    /// own text as a literal; one that starts with !
    /// says why there is none.
    [[nodiscard]] virtual std::string_view text_of(Function function) const = 0;
    /// An operand of a function of ours.
    virtual void operand(SqlWriter& out, const Node& node, int precedence) const = 0;
    /// An operand of an aggregate that says in which order it takes its rows.
    virtual void aggregate_order(SqlWriter& out, const Node& node) const = 0;
    /// Which of the texts of a raw expression is this database's, in the order of dal::RawTexts.
    [[nodiscard]] virtual std::size_t raw_text() const = 0;
    /// The operator of a comparison.
    [[nodiscard]] virtual std::string_view comparison_operator(core::Op op) const { return traits_of(op).spelling; }
    /// An operand of arithmetic or of a numeric function.
    virtual void number(SqlWriter& out, const Node& node, int precedence) const;
    /// An element of the rows that a statement gives: decimals have the digits after the point that are those of the
    /// value, of which the written node may be the name.
    virtual void result(SqlWriter& out, const Node& written, const Node& value) const = 0;
    virtual void order(SqlWriter& out, const Query& query, const Node& entry) const = 0;
    /// The rows of a function, whose columns are called as a query's.
    virtual void function_rows(SqlWriter& out, const FunctionRows& rows) const = 0;
    /// A column of a recursive query's first rows, with a type that further rows' values fit in.
    virtual void first_item(SqlWriter& out, const Node& node, bool converted) const;
    /// A number of rows, as a function of a window takes it.
    virtual void row_count(SqlWriter& out, const Node& node) const = 0;
    /// The comparison of a row's expressions with as many values.
    virtual void row_after(SqlWriter& out, const Node& node) const;
    virtual void collate(SqlWriter& out, const Node& node) const;
    /// The name of the collation that compares bytes.
    [[nodiscard]] virtual std::string_view binary_collation() const = 0;
    // What only some databases have; the others throw UsageError.
    virtual void grouping_form(SqlWriter& out, const Node& node) const = 0;
    virtual void grouping(SqlWriter& out, const Node& node) const = 0;
    virtual void distinct_on(SqlWriter& out, std::span<Node* const> expressions) const = 0;
    /// Writes a function whose rows depend on tables before it, where that needs no word, and then its columns; false
    /// where it is a query as any other.
    virtual bool rows_beside(SqlWriter&, const FunctionRows&) const { return false; }
    virtual bool column_beside(SqlWriter&, const core::SourceInfo&, const FunctionRows&, std::size_t) const {
        return false;
    }
    /// The word before a query that is joined for each row of the tables before it.
    virtual void lateral(SqlWriter& out) const = 0;
    virtual void lock(SqlWriter& out, std::span<const Lock> locks) const = 0;
    /// Before a query that consists of the rows that it writes.
    virtual void written_rows(SqlWriter& out) const = 0;
    /// The statement that shows a statement's plan, and how its rows become lines.
    [[nodiscard]] virtual std::string explained(const std::string& sql, const ExplainOptions& options) const = 0;
    [[nodiscard]] virtual std::string plan_of(core::Cursor& cursor) const = 0;
    /// Whether the order of a set operation takes more than the names of its columns.
    [[nodiscard]] virtual bool orders_by_expression(const Query&) const { return false; }
    /// Whether there are INTERSECT ALL and EXCEPT ALL.
    [[nodiscard]] virtual bool counts_duplicates() const { return true; }
    /// The function that returns the smaller of two row counts.
    [[nodiscard]] virtual std::string_view least() const = 0;
    /// The LIMIT to write before an OFFSET that has none; empty when none is needed.
    [[nodiscard]] virtual std::string_view no_limit() const = 0;
    /// What says in RETURNING whether an upsert inserted the row; empty where nothing does.
    [[nodiscard]] virtual std::string_view inserted() const { return ""; }
    /// Whether a key that the database generates is known without RETURNING, which costs more there than the INSERT
    /// itself.
    [[nodiscard]] virtual bool keeps_last_key() const { return false; }
    /// What removes every row of a table, before and after its name.
    [[nodiscard]] virtual std::string_view truncate() const = 0;
    [[nodiscard]] virtual std::string_view restarts_keys() const { return ""; }
    /// The clause between the columns and VALUES of an INSERT that writes a generated key.
    [[nodiscard]] virtual std::string_view overriding() const { return ""; }
};

/// The compiler of a dialect.
[[nodiscard]] const QueryCompiler& compiler_for(const core::Dialect& dialect);

}  // namespace strata::dal::detail
