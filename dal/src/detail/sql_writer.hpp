#pragma once

#include "query_compiler.hpp"

#include <utility>

namespace strata::dal::detail {

/// Writes one statement. Asks its compiler for whatever differs between databases.
class SqlWriter {
public:
    explicit SqlWriter(const QueryCompiler& compiler) : compiler_(compiler) {}

    SqlWriter& operator<<(std::string_view text) {
        sql_ += text;
        return *this;
    }
    SqlWriter& operator<<(int number) {
        sql_ += std::to_string(number);
        return *this;
    }
    void quote(std::string_view identifier) { compiler_.dialect.quote(sql_, identifier); }
    void literal(const core::Value& value) { compiler_.dialect.literal(sql_, value); }
    void server_default(const core::ServerDefault& value) { compiler_.dialect.server_default(sql_, value); }

    void statement(const Query* query) {
        result_ = query;
        this->query(*query);
    }
    void statement(const Insert& insert);
    void statement(const Update& update);
    void statement(const Delete& removal);
    void statement(const Truncate& truncation);

    /// Whether the rows of the query are those of the statement.
    [[nodiscard]] bool gives(const Query& query) const { return &query == result_; }
    /// `named`: the columns are called c1, c2, ...
    void query(const Query& query, bool named = false);
    /// Writes an expression, in parentheses when it binds less tightly than `least`.
    void expression(const Node& node, int least = precedence::lowest);

    [[nodiscard]] const QueryCompiler& compiler() const { return compiler_; }

    // How expressions are written: op_traits.cpp says which does which.
    void source_column(const Node& node);
    void word(const Node& node);
    void constant(const Node& node);
    void result_column(const Node& node);
    void prefix(const Node& node);
    void suffix(const Node& node);
    void infix(const Node& node);
    void call(const Node& node);
    void chained(const Node& node);
    void negate(const Node& node);
    void arithmetic(const Node& node);
    void absolute(const Node& node);
    void count(const Node& node);
    void table_value(const Node& node);
    void count_all(const Node& node);
    void window_call(const Node& node);
    void over(const Node& node);
    void in_query(const Node& node);
    void in_list(const Node& node);
    void when(const Node& node);
    void subquery(const Node& node);
    void row(const Node& node);
    void filter(const Node& node);
    void raw(const Node& node);
    void named_function(const Node& node);

    /// Says that a call of an aggregate ends here, which is where its FILTER goes.
    void end_call() { call_end_ = sql_.size(); }

    void list(std::span<Node* const> expressions);
    /// Takes the window of the function that is written next; nullptr: it has none.
    [[nodiscard]] const Node* take_window() { return std::exchange(over_, nullptr); }
    /// Writes the window that was taken, after the function.
    void window(const Node* over);
    void reference(const core::SourceInfo& source);
    /// The names of a query's columns.
    void position(std::size_t index);
    void positions(std::size_t count);

    [[nodiscard]] std::string finish() && { return std::move(sql_); }

private:
    void chain(std::span<Node* const> operands, std::string_view op, int precedence);
    void with(const Query& query);
    void body(const Query& query, bool named);
    void select(const Query& query, bool named);
    void values(const Query& query, bool named);
    void item(const Query& query, const Node& item, std::size_t index, bool named);
    void set_operation(const SetOperation& both, bool named);
    void operand_of_set(const Query& operand, const SetOperation& both, bool named);
    void numbered_rows(const Query& query);
    void tail(const Query& query);
    void conditions(std::string_view word, std::span<Node* const> conditions);
    /// `"songs"."title"`
    void column(const core::SourceInfo& source, int index);
    void frame(const Node& frame);
    void backwards(const Query& query);
    void named_items(const Query& query);
    void limits(const Query& query, std::uint32_t limit);
    void source(const Source& source);
    void table(const core::SourceInfo& source);
    void quote_table(const core::TableInfo& table);
    void returning(const RowPlan& plan, std::span<const int> columns, std::span<Node* const> items = {});
    void conflict(const RowPlan& plan, const Conflict& conflict);
    void set(const RowPlan& plan, std::span<const Assignment> assignments);
    void items(const Query& query, std::span<Node* const> items, bool named);
    void assigned(const RowPlan& plan, const Assignment& assignment);
    void made_by_database(const RowPlan& plan, int column);

    const QueryCompiler& compiler_;
    std::string sql_;
    std::size_t call_end_ = 0;
    const Query* first_ = nullptr;    // the first rows of a recursive query
    const Query* result_ = nullptr;   // its rows are those of the statement
    bool by_name_ = false;            // a result is ordered by the names of its columns
    const Query* written_ = nullptr;  // what is defined before it is written already
    const Node* over_ = nullptr;      // the window of the function that is written next
};

}  // namespace strata::dal::detail
