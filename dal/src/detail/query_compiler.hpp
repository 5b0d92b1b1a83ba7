#pragma once

#include "query_tree.hpp"
#include "row_plan.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/dialect.hpp>

#include <span>
#include <string>
#include <string_view>

namespace strata::dal::detail {

class SqlWriter;

/// Turns token lists into a database's SQL, and says what else of the DAL depends on the database. One immutable object
/// per database, thread safe. What is the same on both stands here; the hooks are what differs.
class QueryCompiler {
public:
    explicit QueryCompiler(const core::Dialect& its_dialect) : dialect(its_dialect) {}
    QueryCompiler(const QueryCompiler&) = delete;
    QueryCompiler& operator=(const QueryCompiler&) = delete;
    virtual ~QueryCompiler() = default;

    const core::Dialect& dialect;

    /// The statement of a verb (which knows what the rest is) and the tokens it was built of.
    [[nodiscard]] std::string compile(const core::Token& verb, std::span<const core::Token> tokens) const;

    /// A pattern as this database's operator for `like` (or `ilike`) takes it.
    [[nodiscard]] virtual std::string pattern(std::string_view text, core::Form form, bool folded) const = 0;
    /// Moves a generated key's counter behind a key that was written by hand.
    virtual void advance_key(core::Connection& connection, const RowPlan& plan, std::int64_t key) const = 0;
    /// Warns in the log of a role that may do more than rows.
    virtual void check_role(core::Connection& connection) const = 0;

    // Hooks: each appends its part of an expression.

    /// A bound value in an expression, with the type it is meant as where the database would have to guess.
    virtual void parameter(SqlWriter& out, const Node& node) const = 0;
    /// A bound value that goes into a column.
    virtual void value(SqlWriter& out, int number) const = 0;
    /// The value of an assignment that is no bound one, as the column keeps it.
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
    virtual void substring(SqlWriter& out, const Node& node) const;
    /// An operand of arithmetic or of a function of numbers.
    virtual void number(SqlWriter& out, const Node& node, int precedence) const;
    virtual void order(SqlWriter& out, const Select& select, const Node& entry) const = 0;
    /// The smaller of two row counts.
    [[nodiscard]] virtual std::string_view least() const = 0;
    /// LIMIT for an OFFSET without one; empty where none is needed.
    [[nodiscard]] virtual std::string_view no_limit() const = 0;
    /// Whether a key that the database numbers is known without RETURNING, which costs more there than the INSERT
    /// itself.
    [[nodiscard]] virtual bool keeps_last_key() const { return false; }
    /// Between the columns and VALUES of an INSERT that writes a generated key.
    [[nodiscard]] virtual std::string_view overriding() const { return ""; }
};

/// The compiler of a dialect.
[[nodiscard]] const QueryCompiler& compiler_for(const core::Dialect& dialect);

}  // namespace strata::dal::detail
